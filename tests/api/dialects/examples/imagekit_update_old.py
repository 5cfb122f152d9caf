"""ImageKit, update with auto-tagging by the former SDK for Python (4.2.0). Repaired: the address, the keys, the file's id;
the extensions, which do not parse as printed, as this SDK wants them: in UpdateFileRequestOptions."""
import json
import os
import sys

from imagekitio import ImageKit
from imagekitio.constants.url import URL
from imagekitio.models.UpdateFileRequestOptions import UpdateFileRequestOptions

URL.API_BASE_URL = os.environ["TAGSMITH_ADDRESS"]

imagekit = ImageKit(
    public_key=os.environ["TAGSMITH_KEY_ID"],
    private_key=os.environ["TAGSMITH_SECRET"],
    url_endpoint = 'https://ik.imagekit.io/your_imagekit_id/'
)

updated_detail = imagekit.update_file_details(
    sys.argv[1],
    UpdateFileRequestOptions(extensions=[
        {
            "name": "google-auto-tagging",
            "maxTags": 5,
            "minConfidence": 50
        },
        {
            "name": "aws-auto-tagging",
            "maxTags": 5,
            "minConfidence": 50
        }
    ])
)

print(json.dumps(updated_detail.response_metadata.raw))
