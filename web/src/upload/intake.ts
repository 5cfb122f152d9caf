// Files out of whatever people hand over: chosen, dropped or pasted, folders with all that lies in them.

export interface Intake {
  files: File[];
  left: number; // of folders: files that are no pictures by their name
}

const pictures = /\.(jpe?g|jpe|jfif|png|apng|webp|gif|heic|heif|avif|jxl|tiff?|bmp|svg|ico|jp2|psd|dng|cr2|cr3|nef|arw|raf|orf|rw2|qoi|ppm|pgm)$/i;

/** In folders lie other things too; a file that somebody picked by hand is always tried. */
function looksLikePicture(file: File): boolean {
  if (file.name.startsWith('.')) return false;
  return file.type.startsWith('image/') || pictures.test(file.name);
}

function sift(found: File[]): Intake {
  const files = found.filter(looksLikePicture);
  return { files, left: found.length - files.length };
}

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((take, fail) => entry.file(take, fail));

/** A reader gives a hundred at a time, and none when it is done. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail));
    if (!some.length) return all;
    all.push(...some);
  }
}

async function walk(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (entry.isFile) {
    found.push(await fileOf(entry as FileSystemFileEntry));
  } else {
    for (const inside of await entriesOf(entry as FileSystemDirectoryEntry)) await walk(inside, found);
  }
}

/** Must be called while the event is handled: afterwards the browser has forgotten what was dropped. */
export async function dropped(data: DataTransfer): Promise<Intake> {
  const plain: File[] = [];
  const folders: FileSystemEntry[] = [];
  for (const item of data.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory) folders.push(entry);
    else plain.push(...[item.getAsFile()].filter((file) => file !== null));
  }
  const found: File[] = [];
  for (const folder of folders) await walk(folder, found);
  const inside = sift(found);
  return { files: [...plain, ...inside.files], left: inside.left };
}

export function chosen(files: Iterable<File>, folder: boolean): Intake {
  return folder ? sift([...files]) : { files: [...files], left: 0 };
}

/** A pasted picture is always called image.png; the time tells them apart. */
export function pasted(data: DataTransfer): Intake {
  const now = new Date().toISOString().slice(0, 19).replaceAll(':', '.').replace('T', ' ');
  const rename = (file: File) => (file.name === 'image.png' ? new File([file], `${now}.png`, { type: file.type }) : file);
  return { files: [...data.files].map(rename), left: 0 };
}

export function carriesFiles(data: DataTransfer | null): data is DataTransfer {
  return data?.types.includes('Files') ?? false;
}
