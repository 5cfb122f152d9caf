// AI Image Tag API, its request in JavaScript on a server (the one in a page: ../browser.test.mjs). Repaired: the address,
// the key, the picture's path.
import fs from 'fs';

const buffer = await fs.readFileSync(process.argv[2]);
const base64Image = buffer.toString('base64');
const imageData = `data:image/jpeg;base64,${base64Image}`;

const body = {
  "image": imageData,
  "lang": "en"
};

const response = await fetch(`${process.env.TAGSMITH_ADDRESS}/api/v1/generate_tags`, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    'Authorization': `Bearer ${process.env.TAGSMITH_KEY}`
  },
  body: JSON.stringify(body),
});

const result = await response.json();
console.log('AI Generated Tags:', result.data.tags.tags);
console.log('Generated Title:', result.data.tags.title);
console.log('Generated Description:', result.data.tags.description);
