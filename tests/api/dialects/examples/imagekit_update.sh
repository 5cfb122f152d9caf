# ImageKit, update with auto-tagging by curl. Repaired: the address, the key, the file's id.
curl --silent -X PATCH "$TAGSMITH_ADDRESS/v1/files/$1/details" \
-H 'Content-Type: application/json' \
-u "$TAGSMITH_SECRET:" -d'
{
    "extensions": [
         {
             "name": "google-auto-tagging",
             "minConfidence": 50,
             "maxTags": 5
         },
          {
             "name": "aws-auto-tagging",
             "minConfidence": 50,
             "maxTags": 5
         }
     ]
}
'
