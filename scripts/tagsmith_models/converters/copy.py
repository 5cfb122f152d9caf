"""The file is used as it is."""


def convert(members, _manifest):
    return members[0]
