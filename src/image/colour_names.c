/* image: names of colours. One table of examples; a colour has the name of the example that it resembles
 * most. To teach it better, add an example. Must not know concepts: the vocabulary maps these English names.
 *
 * Resemblance is CIE94 (graphic arts weights, the example as reference) with lightness counted less: people
 * call light and dark shades by one name more readily than different hues. */
#include "image/image.h"
#include "image/lab.h"

#include <math.h>

enum {
    BLACK,
    GREY,
    WHITE,
    RED,
    ORANGE,
    BROWN,
    BEIGE,
    YELLOW,
    GOLD,
    OLIVE,
    GREEN,
    TURQUOISE,
    BLUE,
    LIGHT_BLUE,
    NAVY,
    PURPLE,
    PINK,
    BURGUNDY,
};

static const char *const names[TS_COLOUR_NAMES] = {
    [BLACK] = "black",   [GREY] = "grey",
    [WHITE] = "white",   [RED] = "red",
    [ORANGE] = "orange", [BROWN] = "brown",
    [BEIGE] = "beige",   [YELLOW] = "yellow",
    [GOLD] = "gold",     [OLIVE] = "olive",
    [GREEN] = "green",   [TURQUOISE] = "turquoise",
    [BLUE] = "blue",     [LIGHT_BLUE] = "light blue",
    [NAVY] = "navy",     [PURPLE] = "purple",
    [PINK] = "pink",     [BURGUNDY] = "burgundy",
};

typedef struct example {
    uint8_t name;
    float l, a, b; /* CIELAB, D65 */
} example;

/* Sorted by name; the comment is the same colour in sRGB. */
static const example examples[] = {
    {BLACK, 0.0f, 0.0f, 0.0f},           /* 000000 */
    {BLACK, 5.5f, 0.0f, 0.0f},           /* 121212 */
    {BLACK, 11.3f, 0.0f, 0.0f},          /* 1e1e1e */
    {BLACK, 7.5f, 2.9f, 3.1f},           /* 1c1512 */
    {BLACK, 6.9f, -0.8f, -5.1f},         /* 10161c */
    {BLACK, 8.5f, -4.4f, 4.5f},          /* 151a12 */
    {BLACK, 7.4f, 6.1f, -7.3f},          /* 1a1420 */
    {BLACK, 9.9f, 2.3f, 3.2f},           /* 201a17 */
    {BLACK, 5.9f, 13.0f, 2.1f},          /* 240b10 */
    {BLACK, 5.8f, 9.2f, 8.9f},           /* 230d00 */
    {BLACK, 6.3f, 4.4f, 9.4f},           /* 1f1100 */
    {BLACK, 6.2f, -1.8f, 9.2f},          /* 171400 */
    {BLACK, 5.9f, -9.6f, 8.3f},          /* 061701 */
    {BLACK, 6.9f, -8.4f, -2.9f},         /* 001919 */
    {BLACK, 6.1f, -1.6f, -12.6f},        /* 011524 */
    {BLACK, 6.1f, 6.4f, -10.9f},         /* 151122 */
    {BLACK, 6.2f, 12.3f, -4.4f},         /* 210d1a */
    {BLACK, 13.9f, 8.6f, 2.0f},          /* 301f21 */
    {BLACK, 13.9f, 4.4f, 7.6f},          /* 2d2119 */
    {BLACK, 14.2f, -3.3f, 8.5f},         /* 242518 */
    {BLACK, 13.8f, -7.6f, 4.3f},         /* 1a261d */
    {BLACK, 14.0f, -8.4f, -3.4f},        /* 112728 */
    {BLACK, 13.8f, -3.0f, -8.6f},        /* 16252f */
    {BLACK, 14.0f, 4.5f, -7.4f},         /* 25222e */
    {BLACK, 13.9f, 8.9f, -2.5f},         /* 2e1f27 */
    {GREY, 21.2f, 0.0f, 0.0f},           /* 333333 */
    {GREY, 31.5f, 0.0f, 0.0f},           /* 4a4a4a */
    {GREY, 43.2f, 0.0f, 0.0f},           /* 666666 */
    {GREY, 53.6f, 0.0f, 0.0f},           /* 808080 */
    {GREY, 63.2f, 0.0f, 0.0f},           /* 999999 */
    {GREY, 72.9f, 0.0f, 0.0f},           /* b3b3b3 */
    {GREY, 82.0f, 0.0f, 0.0f},           /* cccccc */
    {GREY, 85.6f, 0.0f, 0.0f},           /* d6d6d6 */
    {GREY, 24.4f, -0.4f, 2.6f},          /* 3b3a36 */
    {GREY, 30.8f, -0.7f, -2.9f},         /* 45494d */
    {GREY, 36.7f, 0.2f, 4.7f},           /* 5a564f */
    {GREY, 45.4f, 0.2f, 4.5f},           /* 6f6b64 */
    {GREY, 54.9f, 0.0f, 4.9f},           /* 87837b */
    {GREY, 64.5f, 0.0f, 4.7f},           /* a09c94 */
    {GREY, 74.2f, 0.0f, 4.6f},           /* bab6ae */
    {GREY, 82.1f, -0.2f, 3.8f},          /* cfccc5 */
    {GREY, 40.2f, -1.7f, -6.4f},         /* 566069 */
    {GREY, 49.5f, -1.7f, -6.2f},         /* 6d7780 */
    {GREY, 60.5f, -1.6f, -5.3f},         /* 8a939b */
    {GREY, 71.7f, -1.7f, -4.7f},         /* a8b1b8 */
    {GREY, 81.6f, -1.6f, -3.9f},         /* c4ccd2 */
    {GREY, 42.4f, -4.4f, 3.6f},          /* 5f665e */
    {GREY, 57.8f, -4.3f, 3.9f},          /* 868d84 */
    {GREY, 72.3f, -3.6f, 3.3f},          /* adb3ab */
    {GREY, 49.7f, 4.7f, -5.7f},          /* 7a7480 */
    {GREY, 62.3f, 3.2f, -3.0f},          /* 9a959c */
    {GREY, 24.0f, 7.9f, 0.2f},           /* 453539 */
    {GREY, 24.1f, 3.8f, 7.0f},           /* 43372f */
    {GREY, 24.0f, -3.0f, 7.3f},          /* 393a2e */
    {GREY, 23.9f, -7.5f, 2.4f},          /* 2e3c35 */
    {GREY, 23.8f, -7.0f, -3.7f},         /* 293c3e */
    {GREY, 24.2f, -2.4f, -7.2f},         /* 2f3b44 */
    {GREY, 24.1f, 3.5f, -6.5f},          /* 3a3843 */
    {GREY, 31.9f, -10.8f, -0.8f},        /* 36504c */
    {GREY, 32.1f, -9.0f, -6.3f},         /* 345055 */
    {GREY, 84.0f, -7.9f, -2.1f},         /* bfd6d5 */
    {GREY, 83.9f, -5.6f, -5.8f},         /* c0d5dc */
    {GREY, 84.0f, -1.8f, -7.9f},         /* c6d3e0 */
    {GREY, 74.9f, -3.7f, -8.1f},         /* a9bbc7 */
    {GREY, 75.1f, -8.7f, -2.4f},         /* a5bebd */
    {GREY, 60.1f, 5.0f, 0.0f},           /* 9a8e91 */
    {GREY, 59.9f, 4.6f, 7.7f},           /* 9e8d83 */
    {GREY, 23.9f, -11.8f, -2.3f},        /* 203e3c */
    {GREY, 39.7f, 6.2f, 0.4f},           /* 685a5d */
    {GREY, 47.8f, 5.8f, 0.9f},           /* 7c6e70 */
    {WHITE, 100.0f, 0.0f, 0.0f},         /* ffffff */
    {WHITE, 96.2f, 0.0f, 0.0f},          /* f4f4f4 */
    {WHITE, 92.3f, 0.0f, 0.0f},          /* e9e9e9 */
    {WHITE, 97.3f, -0.2f, 4.8f},         /* fbf7ee */
    {WHITE, 95.6f, -0.7f, -3.0f},        /* eef3f8 */
    {WHITE, 95.3f, 0.5f, 4.0f},          /* f6f1ea */
    {WHITE, 92.6f, -0.3f, -1.2f},        /* e8eaec */
    {WHITE, 93.0f, -2.7f, 7.8f},         /* ececdc */
    {WHITE, 92.9f, -6.5f, 4.3f},         /* e1eee2 */
    {WHITE, 92.9f, -3.0f, -7.6f},        /* ddedf9 */
    {WHITE, 93.0f, -0.7f, -7.9f},        /* e2ecfa */
    {WHITE, 95.0f, 1.8f, 5.5f},          /* f9efe6 */
    {RED, 53.2f, 80.1f, 67.2f},          /* ff0000 */
    {RED, 47.8f, 73.8f, 62.0f},          /* e50000 */
    {RED, 42.5f, 67.7f, 56.8f},          /* cc0000 */
    {RED, 37.2f, 58.8f, 44.9f},          /* b01010 */
    {RED, 42.7f, 62.9f, 28.5f},          /* c41e3a */
    {RED, 49.3f, 60.3f, 43.8f},          /* d83a2e */
    {RED, 53.5f, 62.6f, 41.6f},          /* e8433c */
    {RED, 39.1f, 55.9f, 37.6f},          /* b22222 */
    {RED, 37.5f, 49.7f, 30.5f},          /* a52a2a */
    {RED, 33.7f, 50.9f, 32.9f},          /* 9b1b1e */
    {RED, 55.7f, 63.8f, 37.8f},          /* f04848 */
    {RED, 27.9f, 41.4f, 21.7f},          /* 7e1d23 */
    {RED, 34.0f, 43.1f, 24.9f},          /* 922b2b */
    {ORANGE, 66.9f, 43.3f, 73.9f},       /* ff7f00 */
    {ORANGE, 74.9f, 23.9f, 78.9f},       /* ffa500 */
    {ORANGE, 63.7f, 46.9f, 70.6f},       /* f97306 */
    {ORANGE, 60.7f, 42.5f, 57.5f},       /* e8702a */
    {ORANGE, 56.2f, 41.8f, 57.4f},       /* d9651e */
    {ORANGE, 72.8f, 31.4f, 56.5f},       /* ff9a4a */
    {ORANGE, 51.1f, 44.2f, 60.8f},       /* cc5500 */
    {ORANGE, 70.1f, 22.3f, 50.3f},       /* e89a4f */
    {ORANGE, 78.5f, 20.5f, 49.5f},       /* ffb266 */
    {ORANGE, 66.9f, 36.3f, 61.7f},       /* f4862f */
    {ORANGE, 56.0f, 55.8f, 57.6f},       /* ea5420 */
    {BROWN, 37.5f, 26.4f, 41.0f},        /* 8b4513 */
    {BROWN, 28.1f, 16.7f, 38.4f},        /* 653700 */
    {BROWN, 27.9f, 12.2f, 21.5f},        /* 5c3a21 */
    {BROWN, 43.8f, 29.3f, 35.6f},        /* a0522d */
    {BROWN, 41.2f, 8.8f, 24.0f},         /* 7b5b3a */
    {BROWN, 23.3f, 9.0f, 15.3f},         /* 4b3221 */
    {BROWN, 17.9f, 6.6f, 11.2f},         /* 3a281c */
    {BROWN, 48.5f, 13.2f, 27.6f},        /* 966a45 */
    {BROWN, 37.6f, 7.0f, 13.0f},         /* 6b5444 */
    {BROWN, 46.4f, 6.9f, 18.7f},         /* 84694f */
    {BROWN, 32.7f, 4.5f, 10.3f},         /* 5a4a3d */
    {BROWN, 25.2f, 4.4f, 8.6f},          /* 47392f */
    {BROWN, 52.5f, 9.9f, 24.8f},         /* 9b7653 */
    {BROWN, 49.6f, 20.9f, 32.7f},        /* a5673f */
    {BROWN, 13.8f, 5.9f, 8.3f},          /* 2f2018 */
    {BROWN, 37.0f, 19.4f, 21.7f},        /* 7d4a35 */
    {BROWN, 56.5f, 14.5f, 32.8f},        /* b07d4f */
    {BROWN, 43.3f, 18.6f, 17.7f},        /* 8c5a4a */
    {BROWN, 29.9f, 14.5f, 3.9f},         /* 5e3e41 */
    {BROWN, 40.0f, 15.4f, 4.2f},         /* 795558 */
    {BROWN, 27.9f, 29.3f, 32.7f},        /* 722c0f */
    {BROWN, 37.1f, 31.3f, 35.2f},        /* 8f401f */
    {BROWN, 39.9f, 11.0f, 43.5f},        /* 7f5610 */
    {BROWN, 21.9f, 14.6f, 4.8f},         /* 4b2c2e */
    {BEIGE, 95.9f, -4.2f, 12.0f},        /* f5f5dc */
    {BEIGE, 86.9f, -3.8f, 27.1f},        /* e6daa6 */
    {BEIGE, 75.0f, 5.0f, 24.4f},         /* d2b48c */
    {BEIGE, 72.0f, 3.2f, 27.3f},         /* c8ad7f */
    {BEIGE, 85.4f, 3.7f, 17.9f},         /* ead2b4 */
    {BEIGE, 89.4f, 1.5f, 24.0f},         /* f5deb3 */
    {BEIGE, 81.7f, 3.2f, 14.6f},         /* dcc8b0 */
    {BEIGE, 73.9f, 4.3f, 15.8f},         /* c9b299 */
    {BEIGE, 90.7f, 0.8f, 11.2f},         /* efe3cf */
    {BEIGE, 70.1f, 3.7f, 18.6f},         /* bfa88a */
    {BEIGE, 85.7f, 0.2f, 16.1f},         /* e3d5b8 */
    {BEIGE, 77.2f, 7.0f, 19.5f},         /* d9b99b */
    {BEIGE, 68.4f, 2.9f, 17.2f},         /* b8a488 */
    {BEIGE, 82.9f, 6.7f, 18.0f},         /* e8c9ad */
    {BEIGE, 82.3f, 1.3f, 12.7f},         /* d9cbb5 */
    {BEIGE, 74.4f, 1.7f, 13.1f},         /* c4b59f */
    {BEIGE, 77.5f, 9.9f, 21.7f},         /* e0b898 */
    {BEIGE, 65.9f, 13.3f, 15.0f},        /* c19786 */
    {BEIGE, 74.0f, 14.0f, 16.7f},        /* daac98 */
    {BEIGE, 69.9f, 9.8f, 14.0f},         /* c6a492 */
    {YELLOW, 97.1f, -21.6f, 94.5f},      /* ffff00 */
    {YELLOW, 89.6f, -6.1f, 80.4f},       /* ffe135 */
    {YELLOW, 95.6f, -10.8f, 50.4f},      /* fff68f */
    {YELLOW, 84.3f, -1.7f, 72.1f},       /* f4d03f */
    {YELLOW, 88.3f, -12.5f, 80.1f},      /* f0e130 */
    {YELLOW, 97.6f, -5.4f, 22.2f},       /* fffacd */
    {YELLOW, 91.0f, -9.0f, 74.2f},       /* fde74c */
    {YELLOW, 84.8f, -11.9f, 78.3f},      /* e6d72a */
    {YELLOW, 86.9f, -1.9f, 87.1f},       /* ffd700 */
    {YELLOW, 92.9f, -7.2f, 54.2f},       /* ffec80 */
    {YELLOW, 81.6f, -13.2f, 69.6f},      /* d8cf3c */
    {YELLOW, 76.1f, -2.1f, 58.2f},       /* d7ba4b */
    {YELLOW, 80.1f, -0.3f, 50.2f},       /* e3c467 */
    {YELLOW, 69.9f, -5.3f, 59.8f},       /* c0ab36 */
    {GOLD, 72.8f, 1.4f, 62.9f},          /* d4af37 */
    {GOLD, 59.2f, 9.9f, 62.7f},          /* b8860b */
    {GOLD, 68.3f, 2.9f, 63.9f},          /* c9a227 */
    {GOLD, 70.8f, 8.5f, 68.8f},          /* daa520 */
    {GOLD, 65.0f, 0.3f, 50.7f},          /* b89b3f */
    {GOLD, 54.7f, 7.7f, 53.4f},          /* a67c1e */
    {GOLD, 69.7f, 2.9f, 50.9f},          /* caa64b */
    {OLIVE, 51.9f, -12.9f, 56.7f},       /* 808000 */
    {OLIVE, 47.1f, -15.1f, 49.4f},       /* 6e750e */
    {OLIVE, 37.2f, -7.7f, 30.7f},        /* 5b5a24 */
    {OLIVE, 31.0f, -4.5f, 26.0f},        /* 4f4a1f */
    {OLIVE, 56.3f, -8.8f, 34.3f},        /* 8c8a4a */
    {OLIVE, 44.2f, -7.9f, 27.4f},        /* 6b6b3a */
    {OLIVE, 46.6f, -6.0f, 29.4f},        /* 75703c */
    {OLIVE, 60.7f, -8.2f, 36.9f},        /* 9a9550 */
    {OLIVE, 25.2f, -4.7f, 20.5f},        /* 3f3d1c */
    {OLIVE, 63.0f, -11.0f, 49.3f},       /* a09c3c */
    {OLIVE, 45.0f, -5.9f, 29.6f},        /* 716c38 */
    {OLIVE, 34.9f, -4.5f, 27.5f},        /* 595325 */
    {OLIVE, 58.1f, -8.0f, 39.2f},        /* 948e45 */
    {GREEN, 46.2f, -51.7f, 49.9f},       /* 008000 */
    {GREEN, 62.7f, -63.2f, 58.9f},       /* 15b01a */
    {GREEN, 50.6f, -49.6f, 45.0f},       /* 228b22 */
    {GREEN, 51.5f, -39.7f, 20.1f},       /* 2e8b57 */
    {GREEN, 36.2f, -43.4f, 41.9f},       /* 006400 */
    {GREEN, 88.9f, -67.9f, 85.0f},       /* 7cfc00 */
    {GREEN, 86.5f, -46.3f, 36.9f},       /* 90ee90 */
    {GREEN, 46.6f, -25.9f, 25.6f},       /* 4f7942 */
    {GREEN, 21.4f, -18.6f, 13.3f},       /* 1b3a1f */
    {GREEN, 54.7f, -28.2f, 49.7f},       /* 6b8e23 */
    {GREEN, 76.5f, -38.0f, 66.6f},       /* 9acd32 */
    {GREEN, 42.8f, -14.1f, 13.1f},       /* 556b4f */
    {GREEN, 68.0f, -17.5f, 14.5f},       /* 8fae8b */
    {GREEN, 65.3f, -48.2f, 24.3f},       /* 3cb371 */
    {GREEN, 79.2f, -25.2f, 29.1f},       /* a8d08d */
    {GREEN, 87.7f, -86.2f, 83.2f},       /* 00ff00 */
    {GREEN, 30.4f, -19.4f, 15.3f},       /* 2f4f2f */
    {GREEN, 42.2f, -18.8f, 30.6f},       /* 556b2f */
    {GREEN, 59.9f, -22.7f, 30.0f},       /* 7a9a5a */
    {GREEN, 35.2f, -17.9f, 11.4f},       /* 3a5a40 */
    {GREEN, 82.8f, -22.7f, 26.3f},       /* b5d99c */
    {GREEN, 50.8f, -14.0f, 14.9f},       /* 6a7f5f */
    {GREEN, 87.3f, -29.7f, 55.8f},       /* c5e86c */
    {GREEN, 67.1f, -29.8f, 46.5f},       /* 88b04b */
    {GREEN, 18.3f, -9.1f, 9.3f},         /* 24301f */
    {GREEN, 33.8f, -14.1f, 20.0f},       /* 44552f */
    {GREEN, 75.0f, -21.2f, 13.0f},       /* 98c3a0 */
    {GREEN, 27.0f, -13.0f, 4.8f},        /* 2c4538 */
    {GREEN, 16.1f, -13.6f, 4.0f},        /* 122d22 */
    {GREEN, 92.1f, -10.9f, 9.4f},        /* daeed6 */
    {GREEN, 20.1f, -9.5f, 7.6f},         /* 263425 */
    {GREEN, 52.1f, -15.9f, 49.4f},       /* 7a821e */
    {GREEN, 61.9f, -16.9f, 55.3f},       /* 959c2a */
    {GREEN, 42.9f, -10.3f, 25.6f},       /* 63693a */
    {GREEN, 34.0f, -8.5f, 20.4f},        /* 4e532f */
    {GREEN, 55.0f, -11.4f, 27.6f},       /* 818853 */
    {GREEN, 66.1f, -13.5f, 33.7f},       /* 9ea663 */
    {TURQUOISE, 81.3f, -44.1f, -4.0f},   /* 40e0d0 */
    {TURQUOISE, 70.6f, -45.3f, -0.4f},   /* 06c2ac */
    {TURQUOISE, 48.3f, -28.8f, -8.5f},   /* 008080 */
    {TURQUOISE, 54.7f, -35.8f, -2.5f},   /* 029386 */
    {TURQUOISE, 75.3f, -40.0f, -13.5f},  /* 00ced1 */
    {TURQUOISE, 91.1f, -48.1f, -14.1f},  /* 00ffff */
    {TURQUOISE, 65.8f, -37.5f, -6.3f},   /* 20b2aa */
    {TURQUOISE, 80.8f, -28.6f, -4.4f},   /* 7fd8d0 */
    {TURQUOISE, 36.0f, -23.0f, -7.4f},   /* 005f60 */
    {TURQUOISE, 61.2f, -19.7f, -7.4f},   /* 5f9ea0 */
    {TURQUOISE, 80.8f, -29.9f, 4.1f},    /* 88d8c0 */
    {TURQUOISE, 54.8f, -23.4f, -10.8f},  /* 3a8f95 */
    {TURQUOISE, 87.1f, -21.0f, -2.9f},   /* a8e6df */
    {TURQUOISE, 61.1f, -40.5f, -0.4f},   /* 00a693 */
    {TURQUOISE, 30.1f, -15.6f, -6.1f},   /* 1d4e50 */
    {TURQUOISE, 67.8f, -25.5f, -14.9f},  /* 4fb3bf */
    {BLUE, 32.3f, 79.2f, -107.9f},       /* 0000ff */
    {BLUE, 36.7f, 45.3f, -82.5f},        /* 0343df */
    {BLUE, 48.0f, -3.2f, -39.3f},        /* 1f77b4 */
    {BLUE, 47.8f, 26.3f, -65.3f},        /* 4169e1 */
    {BLUE, 38.3f, 25.4f, -60.7f},        /* 2a52be */
    {BLUE, 45.4f, 0.7f, -34.7f},         /* 3b6ea5 */
    {BLUE, 52.5f, -4.1f, -32.2f},        /* 4682b4 */
    {BLUE, 34.8f, 5.3f, -41.4f},         /* 0b5394 */
    {BLUE, 36.5f, 5.1f, -33.2f},         /* 34568b */
    {BLUE, 59.4f, 10.0f, -63.4f},        /* 1e90ff */
    {BLUE, 52.9f, 3.8f, -33.8f},         /* 5c7fb8 */
    {BLUE, 55.5f, 2.4f, -27.9f},         /* 6a86b5 */
    {BLUE, 44.3f, -3.0f, -21.4f},        /* 4a6c8c */
    {BLUE, 51.8f, -3.7f, -21.6f},        /* 5b7fa0 */
    {BLUE, 41.5f, 14.3f, -56.7f},        /* 0060c0 */
    {BLUE, 31.7f, 6.6f, -32.1f},         /* 2e4a7d */
    {BLUE, 40.0f, 3.2f, -30.0f},         /* 3f5f8f */
    {BLUE, 61.9f, 9.3f, -49.3f},         /* 6495ed */
    {BLUE, 54.4f, 19.4f, -71.4f},        /* 007fff */
    {BLUE, 27.4f, 22.8f, -54.6f},        /* 003a96 */
    {BLUE, 30.4f, 9.4f, -43.6f},         /* 00478c */
    {LIGHT_BLUE, 83.8f, -10.9f, -11.5f}, /* add8e6 */
    {LIGHT_BLUE, 79.2f, -14.8f, -21.3f}, /* 87ceeb */
    {LIGHT_BLUE, 81.0f, -8.0f, -27.5f},  /* 95d0fc */
    {LIGHT_BLUE, 78.5f, -1.3f, -15.2f},  /* b0c4de */
    {LIGHT_BLUE, 79.7f, -10.8f, -28.5f}, /* 87cefa */
    {LIGHT_BLUE, 76.9f, -4.8f, -18.8f},  /* 9fc2e0 */
    {LIGHT_BLUE, 83.7f, -4.3f, -11.5f},  /* bcd4e6 */
    {LIGHT_BLUE, 87.3f, -4.1f, -11.9f},  /* c6def1 */
    {LIGHT_BLUE, 72.8f, -6.4f, -22.9f},  /* 8ab8dc */
    {LIGHT_BLUE, 73.8f, -2.9f, -12.5f},  /* a3b8cc */
    {LIGHT_BLUE, 89.6f, -3.2f, -10.5f},  /* d0e4f5 */
    {LIGHT_BLUE, 70.5f, -6.0f, -26.4f},  /* 7fb2dc */
    {LIGHT_BLUE, 72.3f, -2.6f, -14.8f},  /* 9db4cc */
    {LIGHT_BLUE, 72.5f, -17.7f, -42.5f}, /* 00bfff */
    {LIGHT_BLUE, 74.9f, 2.7f, -27.2f},   /* a0b9ea */
    {LIGHT_BLUE, 84.0f, 1.7f, -20.1f},   /* c0d2f7 */
    {NAVY, 13.0f, 47.5f, -64.7f},        /* 000080 */
    {NAVY, 8.0f, 11.1f, -28.5f},         /* 01153e */
    {NAVY, 11.5f, 3.5f, -23.6f},         /* 001f3f */
    {NAVY, 17.3f, 4.7f, -21.2f},         /* 1b2a49 */
    {NAVY, 13.1f, 4.8f, -19.7f},         /* 14213d */
    {NAVY, 13.1f, 21.9f, -41.0f},        /* 0a1a5c */
    {NAVY, 20.2f, 4.8f, -20.7f},         /* 23304f */
    {NAVY, 13.5f, 3.8f, -15.4f},         /* 1a2238 */
    {NAVY, 9.2f, 28.1f, -42.6f},         /* 0d0d55 */
    {NAVY, 24.1f, 8.1f, -31.0f},         /* 203868 */
    {NAVY, 14.1f, 9.7f, -30.5f},         /* 07224f */
    {NAVY, 16.8f, 1.9f, -17.9f},         /* 192a43 */
    {PURPLE, 33.5f, 57.3f, -47.9f},      /* 7e1e9c */
    {PURPLE, 29.8f, 58.9f, -36.5f},      /* 800080 */
    {PURPLE, 55.0f, 36.8f, -50.1f},      /* 9370db */
    {PURPLE, 68.6f, 20.4f, -28.5f},      /* b39ddb */
    {PURPLE, 20.5f, 51.7f, -53.3f},      /* 4b0082 */
    {PURPLE, 71.7f, 29.8f, -34.6f},      /* c79fef */
    {PURPLE, 40.7f, 40.0f, -22.2f},      /* 8e4585 */
    {PURPLE, 30.4f, 25.0f, -22.5f},      /* 5d3a6b */
    {PURPLE, 42.2f, 69.8f, -74.8f},      /* 8a2be2 */
    {PURPLE, 48.9f, 43.0f, -38.5f},      /* 9b59b6 */
    {PURPLE, 38.4f, 28.1f, -34.6f},      /* 6a4c93 */
    {PURPLE, 14.3f, 20.9f, -24.6f},      /* 2e1a47 */
    {PURPLE, 54.6f, 17.4f, -21.5f},      /* 8f7aa8 */
    {PURPLE, 61.8f, 19.5f, -20.6f},      /* a78bba */
    {PURPLE, 35.3f, 17.5f, -24.3f},      /* 5b4b7a */
    {PURPLE, 20.4f, 18.4f, -16.7f},      /* 40284a */
    {PURPLE, 74.9f, 14.0f, -17.8f},      /* c3b1d9 */
    {PURPLE, 38.9f, 82.0f, -96.7f},      /* 6f00ff */
    {PINK, 70.0f, 54.8f, -10.6f},        /* ff81c0 */
    {PINK, 83.6f, 24.1f, 3.3f},          /* ffc0cb */
    {PINK, 65.5f, 64.2f, -10.6f},        /* ff69b4 */
    {PINK, 56.0f, 84.5f, -5.7f},         /* ff1493 */
    {PINK, 57.0f, 60.2f, 6.5f},          /* e75480 */
    {PINK, 82.8f, 17.8f, 6.8f},          /* f4c2c2 */
    {PINK, 71.9f, 44.3f, 8.3f},          /* ff8fa3 */
    {PINK, 71.3f, 21.9f, 4.0f},          /* d8a0a8 */
    {PINK, 67.3f, 45.2f, 29.1f},         /* fa8072 */
    {PINK, 60.3f, 98.2f, -60.8f},        /* ff00ff */
    {PINK, 86.7f, 15.4f, 0.8f},          /* f7cfd8 */
    {PINK, 60.9f, 29.4f, 5.2f},          /* c77f8b */
    {PINK, 60.2f, 44.5f, -0.2f},         /* d87093 */
    {PINK, 73.0f, 24.4f, 2.2f},          /* e0a3b0 */
    {PINK, 44.8f, 71.0f, -15.2f},        /* c71585 */
    {PINK, 75.9f, 30.8f, 2.4f},          /* f3a6b8 */
    {PINK, 73.6f, 25.2f, 15.3f},         /* eaa39a */
    {PINK, 62.8f, 21.3f, 5.5f},          /* c08a8f */
    {PINK, 52.4f, 66.5f, -18.9f},        /* d6409f */
    {PINK, 90.0f, 14.1f, 2.0f},          /* ffd9df */
    {PINK, 63.8f, 12.9f, -2.2f},         /* b0939f */
    {PINK, 71.9f, 12.2f, -2.4f},         /* c5a9b5 */
    {BURGUNDY, 25.8f, 48.9f, 21.3f},     /* 800020 */
    {BURGUNDY, 19.5f, 41.8f, 11.3f},     /* 650021 */
    {BURGUNDY, 14.7f, 28.8f, 8.8f},      /* 4a0e1a */
    {BURGUNDY, 29.1f, 30.4f, 9.7f},      /* 722f37 */
    {BURGUNDY, 26.1f, 45.3f, 10.6f},     /* 7b1030 */
    {BURGUNDY, 20.3f, 30.3f, 8.3f},      /* 5a1a26 */
    {BURGUNDY, 25.3f, 36.0f, 9.6f},      /* 6e1f2f */
    {BURGUNDY, 33.3f, 43.4f, 7.0f},      /* 8c2a45 */
    {BURGUNDY, 11.3f, 24.4f, 8.1f},      /* 3d0c14 */
};

#define EXAMPLES (sizeof examples / sizeof *examples)
#define LIGHTNESS_WEIGHT 0.7f

/* Squared. `limit`: what is not nearer may be anything from there on, which spares most of the work. */
static float distance(const example *e, ts_lab colour, float chroma, float limit)
{
    float dl = (colour.l - e->l) * LIGHTNESS_WEIGHT;
    if (dl * dl >= limit) return limit;
    float reference = sqrtf(e->a * e->a + e->b * e->b);
    float da = colour.a - e->a, db = colour.b - e->b, dc = chroma - reference;
    float hue_squared = da * da + db * db - dc * dc;
    float chroma_scale = 1 + 0.045f * reference, hue_scale = 1 + 0.015f * reference;
    return dl * dl + dc * dc / (chroma_scale * chroma_scale) + hue_squared / (hue_scale * hue_scale);
}

static bool is_allowed(const example *e, uint32_t allowed)
{
    return allowed >> e->name & 1;
}

/* Whatever is farther than the example that was named first is passed by; it is no answer before its turn comes, so
 * that of two as near the first stays the answer. */
size_t ts_colour_name_nearest_like(ts_lab colour, uint32_t allowed, size_t *like)
{
    size_t best = 0;
    float nearest = INFINITY, chroma = ts_lab_chroma(colour);
    const example *first = &examples[*like < EXAMPLES ? *like : 0];
    if (is_allowed(first, allowed)) nearest = nextafterf(distance(first, colour, chroma, INFINITY), INFINITY);
    for (size_t i = 0; i < EXAMPLES; i++) {
        if (!is_allowed(&examples[i], allowed)) continue;
        float d = distance(&examples[i], colour, chroma, nearest);
        if (d >= nearest) continue;
        nearest = d;
        best = i;
    }
    *like = best;
    return examples[best].name;
}

size_t ts_colour_name_nearest(ts_lab colour, uint32_t allowed)
{
    size_t like = 0;
    return ts_colour_name_nearest_like(colour, allowed, &like);
}

const char *ts_colour_name_text(size_t index)
{
    return names[index];
}

const char *ts_colour_name(uint8_t r, uint8_t g, uint8_t b)
{
    return names[ts_colour_name_nearest(ts_lab_of(r, g, b), TS_COLOUR_NAMES_ALL)];
}
