# AI Image Tag API, its request with curl. Repaired: the address; the picture, of which only the first letters are printed.
curl --silent --location "$TAGSMITH_ADDRESS/api/v1/generate_tags" \
--header 'content-type: application/json' \
--header "authorization: Bearer $TAGSMITH_KEY" \
--data "{
    \"image\":\"data:image/jpeg;base64,$(base64 --wrap=0 "$1")\",
    \"lang\":\"en\"
}"
