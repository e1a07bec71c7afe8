// Runs alongside the page and passes on what the microphone hears, 128 samples at a time.
class Microphone extends AudioWorkletProcessor {
  process(inputs) {
    const samples = inputs[0]?.[0]
    if (samples) {
      this.port.postMessage(samples.slice())
    }
    return true
  }
}

registerProcessor('microphone', Microphone)
