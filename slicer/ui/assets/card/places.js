// Where this screen is in its queue, told to the server, which knows the others: nobody is sent to an example that
// somebody else has before them.

const AT_REST = 150; // milliseconds without turning before it is told, while nobody else reads this queue

const places = {
  others: 0,

  // Calls `move` with another position where the one asked for is taken.
  tell(desk, onward, move) {
    clearTimeout(this.timer);
    const asked = { queue: desk.address.queue, session: outbox.session, position: desk.position, onward };
    const send = async () => {
      const answer = await this.post(desk.places, asked);
      if (!answer) return;
      this.others = answer.others;
      if (answer.position !== asked.position) move(asked.position, answer.position);
      outbox.changed();
    };
    if (this.others) send();
    else this.timer = setTimeout(send, AT_REST);
  },

  leave(desk) {
    clearTimeout(this.timer);
    this.post(desk.places, { queue: desk.address.queue, session: outbox.session, leave: true });
  },

  async post(endpoint, said) {
    const headers = { "Content-Type": "application/json", "X-Slicer-Token": outbox.token };
    const request = { method: "POST", headers, body: JSON.stringify(said), keepalive: true };
    const response = await fetch(endpoint, request).catch(() => null);
    return response?.ok ? response.json().catch(() => null) : null;
  },
};
