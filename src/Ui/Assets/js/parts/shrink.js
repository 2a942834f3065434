// <input type="file" data-shrink>: a picture that is larger than anybody sees is made smaller before it is sent, the right way up. What cannot be
// read here, or would not become smaller, is sent as it is.
const most = 2400;
const heavy = 2_000_000;

// The direction in which a camera was held, from a JPEG's Exif: 1 is upright. The server keeps no Exif.
async function orientation(file) {
  if (file.type !== "image/jpeg") return 1;
  const view = new DataView(await file.slice(0, 131072).arrayBuffer());
  for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at + 1) !== 0xe1 || view.getUint32(at + 4) !== 0x45786966) continue;
    const tiff = at + 10;
    const little = view.getUint16(tiff) === 0x4949;
    const directory = tiff + view.getUint32(tiff + 4, little);
    for (let entry = directory + 2, left = view.getUint16(directory, little); left > 0 && entry + 12 <= view.byteLength; left--, entry += 12)
      if (view.getUint16(entry, little) === 0x112) return view.getUint16(entry + 8, little);
  }
  return 1;
}

async function shrunk(file) {
  const turned = (await orientation(file).catch(() => 1)) > 1;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= heavy && !turned) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const write = (type) => new Promise((done) => canvas.toBlob(done, type, 0.86));
  let small = await write("image/webp");
  // A browser that does not write WebP answers with PNG.
  if (small?.type !== "image/webp") small = file.type === "image/jpeg" ? await write("image/jpeg") : small;
  if (!small || (small.size >= file.size && !turned)) return file;
  const ending = { "image/webp": "webp", "image/jpeg": "jpg", "image/png": "png" }[small.type];
  return ending ? new File([small], file.name.replace(/\.[^.]*$/, "") + "." + ending, { type: small.type }) : file;
}

document.addEventListener("change", async (event) => {
  const input = event.target.closest("input[type=file][data-shrink]");
  const file = input?.files[0];
  if (!file?.type.startsWith("image/") || !("createImageBitmap" in window)) return;
  const button = input.form?.querySelector("[type=submit]");
  if (button) button.disabled = true;
  try {
    const small = await shrunk(file);
    if (small !== file && input.files[0] === file) {
      const files = new DataTransfer();
      files.items.add(small);
      input.files = files.files;
    }
  } catch {
    // No picture that this browser reads: the server says what is wrong with it.
  } finally {
    if (button) button.disabled = false;
  }
});
