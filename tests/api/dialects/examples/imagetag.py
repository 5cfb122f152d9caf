"""AI Image Tag API, its requests in Python: one picture, and a folder whose pictures get a .json beside them each.
Repaired: the address; `import json`; generate_image_tags returns what it got (bulk_tag_images takes it from there)."""
import base64
import json
import os
import sys
from pathlib import Path

import requests


def image_to_base64(image_path):
    with open(image_path, "rb") as image_file:
        encoded_string = base64.b64encode(image_file.read()).decode("utf-8")
    return encoded_string


def generate_image_tags(api_key, image_path, lang="en"):
    url = os.environ["TAGSMITH_ADDRESS"] + "/api/v1/generate_tags"
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {api_key}"
    }

    image_base64_data = image_to_base64(image_path)
    payload = {
        "image": f"data:image/jpeg;base64,{image_base64_data}",
        "lang": lang
    }

    response = requests.post(url, headers=headers, json=payload)

    if response.status_code == 200:
        result = response.json()
        tags_data = result["data"]["tags"]
        print("Generated Tags:", tags_data["tags"])
        print("Title:", tags_data["title"])
        print("Description:", tags_data["description"])
        print("Credits Remaining:", result["data"]["credits"]["remaining"])
        return result
    else:
        print(f"Error: {response.status_code}")
        print(response.text)


def bulk_tag_images(directory_path, api_key):
    image_extensions = ['.jpg', '.jpeg', '.png', '.webp']

    for image_path in Path(directory_path).iterdir():
        if image_path.suffix.lower() in image_extensions:
            try:
                result = generate_image_tags(api_key, str(image_path))

                metadata_path = image_path.with_suffix('.json')
                with open(metadata_path, 'w') as f:
                    json.dump(result['data']['tags'], f, indent=2)

                print(f"Processed: {image_path.name}")

            except Exception as e:
                print(f"Error processing {image_path.name}: {e}")


bulk_tag_images(sys.argv[1], os.environ["TAGSMITH_KEY"])
