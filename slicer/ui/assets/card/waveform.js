// A recording as its waveform: how loud, how long, where it plays. A click goes there.

const BARS = 240;
const LARGEST_RECORDING = 40_000_000; // bytes; beyond it the decoded sound would fill the memory
const BEFORE_LISTENING = 120; // milliseconds an example stands before its recording is decoded

const waveforms = new Map(); // address -> outline, of the last few

function drawWaveform(audio) {
  const svg = shape("svg", { class: "waveform", viewBox: `0 -1 ${BARS} 2`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const paths = ["all", "played"].map((part) => shape("path", { class: part }, svg));
  const show = (outline) => paths.forEach((path) => path.setAttribute("d", outline));
  const follow = () => {
    const share = audio.duration ? audio.currentTime / audio.duration : 0;
    svg.style.setProperty("--played", `${100 * share}%`);
    if (!audio.paused && svg.isConnected) requestAnimationFrame(follow);
  };
  for (const news of ["play", "seeked", "timeupdate", "ended"]) audio.addEventListener(news, follow);
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    if (Number.isFinite(audio.duration)) audio.currentTime = ((event.clientX - box.x) / box.width) * audio.duration;
  });
  const known = waveforms.get(audio.src);
  if (known) show(known);
  else setTimeout(() => svg.isConnected && listen(audio.src).then(show, () => svg.remove()), BEFORE_LISTENING);
  return svg;
}

async function listen(address) {
  const response = await fetch(address);
  if (Number(response.headers.get("Content-Length")) > LARGEST_RECORDING) throw new Error("too long");
  const sound = await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(await response.arrayBuffer());
  const outline = outlineOf(sound.getChannelData(0));
  waveforms.set(address, outline);
  if (waveforms.size > 50) waveforms.delete(waveforms.keys().next().value);
  return outline;
}

// A bar for each stretch of the recording, from its lowest to its highest sample; the loudest fills the height.
function outlineOf(samples) {
  const bars = Array.from({ length: BARS }, (_, bar) => {
    const end = Math.ceil(((bar + 1) * samples.length) / BARS);
    let [low, high] = [0, 0];
    for (let i = Math.floor((bar * samples.length) / BARS); i < end; i++) {
      low = Math.min(low, samples[i]);
      high = Math.max(high, samples[i]);
    }
    return [low, high];
  });
  const loudest = Math.max(0.001, ...bars.flat().map(Math.abs));
  const y = (level) => (-level / loudest).toFixed(3);
  return bars.map(([low, high], i) => `M${i + 0.5} ${y(high + loudest / 60)}V${y(low - loudest / 60)}`).join("");
}
