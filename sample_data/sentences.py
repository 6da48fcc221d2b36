"""A small grammar of what people say to a voice assistant, and of short dictated messages.

A rule is a name and its phrases, parted by bars; a phrase may hold `{names}` of other rules.
Everything is lower case, numbers are words, and there is no punctuation.
"""

import re
from random import Random

GRAMMAR = """
person: sean | anna | marie | aaron | phillip | catherine | jon | nicola | leigh | carl | erik | stephen | mohammed |
    aisha | priya | rajesh | ewan | siobhan | niamh | chloe | zoe | lucia | mateo | yusuf | ingrid | bjorn | dmitri |
    mei | hiroshi | amara | kwame | olu | tess | claire | graham
place: leeds | reading | bath | cork | derby | wells | hull | nice | lyon | turin | cologne | porto | bergen | oslo |
    kyoto | lima | perth | dublin | austin | boston | dover | bristol | york | delhi | accra | lagos | inverness |
    galway | aberdeen | dundee
relative: mum | my sister | my son | my aunt | grandad | my boss | the dentist | my brother
who: {person} | {person} | {person} | {relative}

hour: one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve
clock: {hour} | half past {hour} | quarter to {hour} | {hour} thirty | {hour} fifteen | ten past {hour}
weekday: monday | tuesday | wednesday | thursday | friday | saturday | sunday
day: {weekday} | {weekday} | today | tomorrow | tonight
when: at {clock} | on {weekday} | {day} | {day} at {clock} | this weekend | next week
number: two | three | four | five | six | eight | ten | twelve | fifteen | twenty | thirty | forty | fifty | ninety
unit: minutes | minutes | minutes | hours | seconds

room: kitchen | bedroom | bathroom | living room | hall | study | garage | attic | porch
thing: lights | lamp | heating | fan | blinds | radio | oven | camera | plug
switch: on | off
music: jazz | soul music | the blues | folk songs | piano music | eighties hits | my running playlist | rock |
    the news | country music | a love song | some opera | whale sounds | a podcast | brass bands
item: flour | bread | leeks | meat | eggs | rice | tea | pears | peas | thyme | cereal | steak | milk | beans | plums |
    soap | candles | nails | paint | sugar | two pairs of socks | a sieve
list: my shopping list | the list | my list | the shopping list
errand: buy {item} | call {who} | write to {person} | meet {person} | pay the rent | feed the cat | water the plants |
    post the mail | book a table | check the brakes | take the bins out | hire a van
spot: petrol station | pharmacy | bank | post office | bakery | car park | hotel | train station | cinema | hospital |
    airport | supermarket | beach | gym | library | cash machine
gift: flowers | book | cake | photos | advice | scarf | pictures | lift
weather: rain | snow | freeze | be windy | be sunny | be cold
reason: the train is delayed | my son is ill | i have to work | the road is closed | we have guests
message: i am running late | see you {when} | i will be there at {clock} | the train is delayed | happy birthday |
    dinner is at {clock} | i left my keys here | can you buy {item} | thank you for the {gift} | please bring {item} |
    the meeting is at {clock} | i am in {place} | we won the game | do not wait for me | i knew it | where are you |
    call me when you are home | the plane landed in {place}
fact: how tall is the tower in {place} | how do you spell {person} | how long does rice take | where is the {spot} |
    what time is it in {place} | how far is it to {place} | when is the next train to {place} | what does {item} cost |
    who won the match in {place} | what is {number} times {number} | when does the {spot} close |
    is there snow in {place} | how many people live in {place} | what is the population of {place} |
    how many grams are in {number} ounces

command: stop | pause | mute | cancel | yes | no | next song | volume up | volume down | go back | yes please |
    no thanks | good morning | hello there | play music | turn it off | turn it up | lights on | lights off |
    call {person} | call {person} | call {relative} | text {person} | play {music} | play {music} | {item} please |
    {clock} please | louder please | skip this | repeat that | stop the timer | weather today | next week |
    what time is it | directions home | read my mail

request: set a timer for {number} {unit} | set an alarm for {clock} | wake me up at {clock} |
    wake me at {clock} {day} | remind me to {errand} | remind me to {errand} {when} | remind me to {errand} at {clock} |
    remind me to {errand} and to {errand} {when} | could you {errand} {when} |
    add {item} to {list} | add {item} and {item} to {list} | add {item} and {item} and some {item} to {list} |
    put {item} on {list} | how much {item} do i need |
    turn {switch} the {room} {thing} | turn the {thing} {switch} in the {room} | dim the lights in the {room} |
    set the {room} to {number} degrees | lock the {room} door |
    turn {switch} the {room} {thing} and set a timer for {number} {unit} |
    play {music} | play {music} in the {room} | play {music} for {number} minutes |
    what is the weather in {place} | what is the weather in {place} {day} | will it {weather} in {place} {day} |
    will it {weather} {day} | do i need a coat in {place} |
    call {who} | call {who} at work | call {who} on speaker | send a message to {who} | read my new messages |
    text {who} {message} | tell {who} {message} | text {who} {message} and {message} | reply {message} |
    tell {person} i can not come to {place} {when} because {reason} | dear {person} {message} |
    dear {person} thank you for the {gift} and see you {when} | write this down {message} |
    note to self {errand} | note to self {errand} then {errand} before {clock} |
    navigate to {place} | take me to the {spot} | take me to {place} and find a {spot} on the way |
    how long is the drive to {place} | is the road to {place} clear | what is the best route to {place} |
    find a {spot} near here | find a {spot} in {place} | is the {spot} open {day} |
    book a table for {hour} {when} | book a room in {place} for {number} nights |
    find flights from {place} to {place} | are there trains to {place} {when} |
    move my meeting with {person} to {clock} | cancel my meeting with {person} |
    schedule lunch with {person} {when} | what is on my calendar {day} | am i free {when} |
    {fact} | {fact} | {fact}
"""


def read_rules(grammar: str) -> dict[str, list[str]]:
    """The phrases of every rule, by its name; indented lines go on with the rule above."""
    rules = re.findall(r"^(\w+): (.*(?:\n +.*)*)", grammar, flags=re.MULTILINE)
    return {name: [" ".join(phrase.split()) for phrase in phrases.split("|")] for name, phrases in rules}


RULES = read_rules(GRAMMAR)


def expand(rng: Random, phrase: str) -> str:
    """The phrase with every `{name}` replaced by one of its phrases, inner ones too."""
    while "{" in phrase:
        phrase = re.sub(r"\{(\w+)\}", lambda name: rng.choice(RULES[name[1]]), phrase)
    return phrase


def sentence(rng: Random) -> str:
    """One thing somebody says: now and then a bare command of a few words, mostly a whole request."""
    if rng.random() < 0.14:
        return expand(rng, "{command}")
    text = expand(rng, "{request}")
    return f"{text} please" if rng.random() < 0.08 and "please" not in text else text
