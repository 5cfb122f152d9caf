"""The characters that a text reader knows, one a line, out of the network's own metadata ("character")."""

import onnx


def convert(members, manifest):
    model = onnx.load_model_from_string(members[0])
    texts = [entry.value for entry in model.metadata_props if entry.key == "character"]
    if len(texts) != 1:
        raise ValueError(f"{manifest['name']}: the network has no list of characters")
    characters = texts[0].rstrip("\n").split("\n")
    if any(len(character) != 1 for character in characters):
        raise ValueError(f"{manifest['name']}: its list of characters holds more than characters")
    return "".join(f"{character}\n" for character in characters).encode()
