// Cloudinary, automatic image tagging as its page tells it, by the SDK for Node. The page's code is not in print; these are
// the calls that it speaks of. CLOUDINARY_URL says where the server is, before the SDK is loaded.
const cloudinary = require("cloudinary").v2;

const [winterFashion, puppy, notificationUrl] = process.argv.slice(2);
const say = (what, result) => console.log(JSON.stringify({ what, result }));

(async () => {
    // Detection by a model and its version; the model of clothes, where none is installed.
    say("detected", await cloudinary.uploader.upload(winterFashion, { public_id: "winter_fashion", detection: "coco_v1" }));
    await cloudinary.uploader.upload(winterFashion, { detection: "cld-fashion" })
        .then((result) => say("fashion", result), (error) => say("fashion", error));
    // Tags of what it is surer of than 0.6, and than the model's own line.
    say("tagged", await cloudinary.uploader.upload(puppy, { public_id: "puppy", detection: "coco", auto_tagging: 0.6 }));
    say("by default", await cloudinary.uploader.upload(puppy, { public_id: "other", detection: "coco", auto_tagging: "default" }));
    // The same for a picture that is there.
    say("updated", await cloudinary.api.update("winter_fashion", { detection: "coco", auto_tagging: 0.9 }));
    say("by tag", await cloudinary.api.resources_by_tag("dog"));
    say("found", await cloudinary.search.expression("tags=dog").execute());
    // In the background.
    say("pending", await cloudinary.uploader.upload(puppy, {
        public_id: "later", detection: "coco", auto_tagging: 0.6, async: true, notification_url: notificationUrl }));
})();
