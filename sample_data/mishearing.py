"""Plausible recognition errors: what a listener, machine or person, writes instead of what was said.

A kind of error is a function from words to all the ways it can go wrong; an empty list says that
the sentence offers nothing to this kind.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from random import Random

Words = list[str]


def pairs(text: str) -> dict[str, str]:
    """`said>written` pairs, parted by white space; an underscore stands for a space."""
    return dict(pair.replace("_", " ").split(">") for pair in text.split())


SOUNDS_LIKE = pairs("""
    weather>whether to>two two>to for>four four>for there>their write>right meet>meat meat>meet mail>male buy>by
    here>hear read>red week>weak flour>flower road>rode won>one one>won eight>ate know>no new>knew knew>new see>sea
    wait>weight night>knight nights>knights plane>plain piece>peace route>root brakes>breaks steak>stake bread>bred
    cereal>serial thyme>time time>thyme pears>pairs pairs>pears peas>piece leeks>leaks blues>bruise hire>higher
    pause>paws stop>shop mute>moot next>text text>test cancel>counsel yes>yet no>know up>app down>town back>pack
    off>of play>pay call>fall song>son lights>likes light>like lamp>lamb heating>eating fan>van van>fan blinds>blind
    oven>often fifteen>fifty fifty>fifteen thirty>thirteen forty>fourteen ninety>nineteen tea>tee rice>rise
    soul>sole rock>lock lock>look whale>wail brass>brash rain>rein rent>went cat>cap plants>pants bins>beans
    beans>bins milk>silk plums>plumes sieve>save soap>soup candles>handles nails>mails sugar>shaker paint>pint
    eggs>legs bank>thank beach>peach gym>jim hotel>motel coat>goat dim>him wake>make late>eight keys>cheese
    cake>take scarf>scar lift>left book>look clear>clever lunch>launch drive>dive open>hoping cost>coast free>three
    mum>mom son>sun aunt>ant boss>bus study>steady hall>hole porch>porsche attic>addict louder>loader skip>ship
    hello>yellow repeat>replete thanks>tanks morning>mourning music>muesli find>fined move>moo tell>tall send>sand
    put>foot add>had where>wear tall>tool snow>slow door>tour socks>sox folk>fork love>glove jazz>jars hits>hints
    news>noose opera>opener podcast>broadcast radio>ratio camera>camber plug>plough kitchen>chicken windy>wendy
    cold>gold freeze>fleas sunny>sonny best>vest note>not dear>deer near>mere reply>apply
""")

NAME_SOUNDS_LIKE = pairs("""
    sean>shawn anna>hannah marie>mary aaron>erin phillip>philip catherine>kathryn jon>john nicola>nicolas leigh>lee
    carl>karl erik>eric stephen>steven mohammed>muhammad aisha>asia priya>prayer rajesh>rakesh ewan>ian
    siobhan>yvonne niamh>neve chloe>cleo zoe>joey lucia>lucy mateo>matteo yusuf>joseph ingrid>grid bjorn>born
    dmitri>dimitri mei>may hiroshi>hero amara>tamara kwame>kwami olu>oliver tess>test claire>clare graham>gray
    leeds>leads reading>redding bath>path cork>fork derby>darby wells>whales hull>hole nice>niece lyon>lion
    turin>touring cologne>colony porto>portal bergen>bergan oslo>also kyoto>tokyo lima>lemur perth>purse
    dublin>doubling austin>boston boston>austin dover>clover bristol>crystal york>yolk delhi>daily accra>acura
    lagos>logos inverness>in_venice galway>gateway aberdeen>have_been dundee>sunday
""")

SMALL_WORDS = frozenset(
    re.findall(r"\w+", "a an the to in on for at my me of is and it i do are am with from you this please")
)

OTHER_ENDING = pairs("""
    minutes>minute hours>hour seconds>second lights>light messages>message message>messages songs>song
    degrees>degree nights>night trains>train train>trains flights>flight flowers>flower photos>photo
    pictures>picture table>tables timer>timers alarm>alarms meeting>meetings running>run delayed>delay landed>land
    directions>direction grams>gram ounces>ounce times>time eggs>egg candles>candle keys>key sounds>sound bands>band
    blinds>blind left>leave remind>reminded room>rooms list>lists add>added station>stations plants>plant live>lives
    book>books find>finds need>needs close>closed open>opened turn>turned set>sets call>called send>sent wake>woke
    beans>bean plums>plum pears>pear
""")

SPLIT = pairs("""
    tomorrow>to_morrow tonight>to_night today>to_day weekend>week_end bedroom>bed_room bathroom>bath_room
    playlist>play_list airport>air_port birthday>birth_day supermarket>super_market grandad>grand_dad
    podcast>pod_cast calendar>call_ender delayed>the_laid
""")

RUN_TOGETHER = pairs("""
    living_room>livingroom car_park>carpark post_office>postoffice half_past>halfpast next_week>nextweek
    petrol_station>petrolstation train_station>trainstation cash_machine>cashmachine thank_you>thankyou
    near_here>nearhere wake_me>wakeme how_long>howlong what_is>whatis a_timer>atimer an_alarm>analarm
    in_the>inthe to_the>tothe on_the>onthe of_the>ofthe is_the>isthe is_it>isit i_am>iam
""")


def swapped(words: Words, lookalikes: Mapping[str, str]) -> list[Words]:
    """Each word that has an entry, replaced by it, one at a time."""
    return [
        [*words[:i], *lookalikes[word].split(), *words[i + 1 :]] for i, word in enumerate(words) if word in lookalikes
    ]


def dropped(words: Words) -> list[Words]:
    """A small word not heard; at least two words remain."""
    return [words[:i] + words[i + 1 :] for i, word in enumerate(words) if word in SMALL_WORDS and len(words) > 2]


def doubled(words: Words) -> list[Words]:
    """A small word written twice."""
    return [words[: i + 1] + words[i:] for i, word in enumerate(words) if word in SMALL_WORDS]


def merged(words: Words) -> list[Words]:
    """Two words run into one, or one word torn in two."""
    neighbours = [f"{first} {second}" for first, second in pairwise(words)]
    together = [
        [*words[:i], RUN_TOGETHER[two], *words[i + 2 :]] for i, two in enumerate(neighbours) if two in RUN_TOGETHER
    ]
    return together + swapped(words, SPLIT)


KINDS: dict[str, Callable[[Words], list[Words]]] = {
    "homophone": lambda words: swapped(words, SOUNDS_LIKE),
    "name or place": lambda words: swapped(words, NAME_SOUNDS_LIKE),
    "short word dropped": dropped,
    "short word doubled": doubled,
    "ending": lambda words: swapped(words, OTHER_ENDING),
    "merged or split": merged,
}


def mishear(rng: Random, label: str, habits: Mapping[str, float], second: float = 0.2) -> tuple[str, frozenset[str]]:
    """A wrong transcript of `label`, and the kinds of error made in it.

    Args:
        rng: Source of chance.
        label: What was said; lower-case words with single spaces.
        habits: How often this listener makes each kind of error; every kind of `KINDS`.
        second: Chance of an error of a second kind, where the sentence offers one.

    Returns:
        A text that differs from the label and is never empty, and one or two keys of `KINDS`.
    """
    words, kinds = label.split(), []
    for kind in by_weight(rng, habits):
        ways = [way for way in KINDS[kind](words) if " ".join(way) != label]
        if not ways:
            continue
        words = rng.choice(ways)
        kinds.append(kind)
        if len(kinds) == 2 or rng.random() >= second:
            break
    if not kinds:
        raise ValueError(f"No recognition error fits '{label}'; give one of its words an entry in SOUNDS_LIKE.")
    return " ".join(words), frozenset(kinds)


def by_weight(rng: Random, weights: Mapping[str, float]) -> list[str]:
    """All keys in a random order, heavy ones early."""
    return sorted(weights, key=lambda key: rng.random() ** (1 / weights[key]), reverse=True)
