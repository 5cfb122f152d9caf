"""Cloudinary, automatic image tagging as its page tells it, by the SDK for Python: see cloudinary_tagging.cjs."""
import json
import sys

import cloudinary.api
import cloudinary.exceptions
import cloudinary.search
import cloudinary.uploader

winter_fashion, puppy, notification_url = sys.argv[1:]


def say(what, result):
    print(json.dumps({"what": what, "result": result}))


say("detected", cloudinary.uploader.upload(winter_fashion, public_id="winter_fashion", detection="coco_v1"))
try:
    say("fashion", cloudinary.uploader.upload(winter_fashion, detection="cld-fashion"))
except cloudinary.exceptions.BadRequest as error:
    say("fashion", {"message": str(error), "http_code": 400})
say("tagged", cloudinary.uploader.upload(puppy, public_id="puppy", detection="coco", auto_tagging=0.6))
say("by default", cloudinary.uploader.upload(puppy, public_id="other", detection="coco", auto_tagging="default"))
say("updated", cloudinary.api.update("winter_fashion", detection="coco", auto_tagging=0.9))
say("by tag", cloudinary.api.resources_by_tag("dog"))
say("found", cloudinary.search.Search().expression("tags=dog").execute())
say("pending", cloudinary.uploader.upload(puppy, public_id="later", detection="coco", auto_tagging=0.6, **{"async": True},
                                          notification_url=notification_url))
