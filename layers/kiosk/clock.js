// What is to happen later: one timer a name, so that none is left behind and none runs twice.

class Clock {
  constructor() {
    this.waiting = new Map();
  }

  after(name, delayMs, act) {
    this.stop(name);
    this.waiting.set(name, setTimeout(() => {
      this.waiting.delete(name);
      act();
    }, delayMs));
  }

  stop(name) {
    clearTimeout(this.waiting.get(name));
    this.waiting.delete(name);
  }

  stopAll() {
    for (const name of [...this.waiting.keys()]) this.stop(name);
  }
}
