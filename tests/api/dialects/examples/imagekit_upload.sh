# ImageKit, upload with auto-tagging by curl. Repaired: the address, the key, the picture's path; the backslash that is
# missing behind the file's name. The extensions stay as printed: in quotes of their own and with a comma too many.
curl --silent -X POST "$TAGSMITH_ADDRESS/api/v1/files/upload" \
-u "$TAGSMITH_SECRET:" \
-F "file=@$1;type=image/jpg" \
-F 'fileName=my_file_name.jpg' \
-F 'extensions="[
  {
      \"name\": \"google-auto-tagging\",
      \"minConfidence\": 50,
      \"maxTags\": 5
  },
  {
      \"name\": \"aws-auto-tagging\",
      \"minConfidence\": 50,
      \"maxTags\": 5
  },
]"'
