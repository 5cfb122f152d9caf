// ImageKit, update with auto-tagging by the former SDK for Node (6.0.0). Repaired: the keys, the file's id; the address,
// which this SDK has no option for: its HTTP client is told.
require("axios").interceptors.request.use((request) => {
    request.url = request.url.replace("https://api.imagekit.io", process.env.TAGSMITH_ADDRESS);
    return request;
});
var ImageKit = require("imagekit");

var imagekit = new ImageKit({
    publicKey : process.env.TAGSMITH_KEY_ID,
    privateKey : process.env.TAGSMITH_SECRET,
    urlEndpoint : "https://ik.imagekit.io/your_imagekit_id/"
});

imagekit.updateFileDetails(process.argv[2], {
    extensions: [
        {
            name: "google-auto-tagging",
            maxTags: 5,
            minConfidence: 50
        },
        {
            name: "aws-auto-tagging",
            maxTags: 5,
            minConfidence: 50
        }
    ]
}, function(error, result) {
    if(error) console.log(error);
    else console.log(JSON.stringify(result));
});
