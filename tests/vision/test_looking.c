/* tests/vision: the real analysers on the demo photographs: things where they are, faces as faces are, and
 * the same answers however the camera was held. Places were measured by hand. */
#include "tests/vision/look.h"
#include "tests/vision/oriented.h"

static int set_up(void **state)
{
    ts_vision_options options = vision_options("classify,detect,faces,mesh,embed");
    *state = viewer_new(&options);
    return 0;
}

static int tear_down(void **state)
{
    viewer_free(*state);
    return 0;
}

/* ---- things ------------------------------------------------------------------------------------- */

typedef struct thing {
    const char *photo, *label;
    ts_rect box;
    float overlap;
} thing;

static void things_are_where_they_are(void **state)
{
    static const thing things[] = {
        {"photos/cat.png", "cat", {0, 0, 405, 300}, 0.7F},
        {"photos/astronaut.png", "person", {20, 15, 346, 497}, 0.7F},
        {"photos/cameraman.png", "person", {0, 64, 330, 448}, 0.6F},
        {"photos/coffee.png", "cup", {173, 18, 237, 290}, 0.6F},
        {"photos/grace-hopper.jpg", "person", {14, 22, 498, 578}, 0.7F},
    };
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        const thing *t = &things[i];
        ts_seen seen = look_at_photo(*state, t->photo, (ts_look_wishes){0});
        const ts_observation *best = best_of(&seen, t->label);
        if (!best) fail_msg("no %s in %s", t->label, t->photo);
        float iou = ts_rect_iou(best->box, t->box);
        if (iou < t->overlap)
            fail_msg("%s in %s at %.0f %.0f %.0f %.0f: IoU %.2f", t->label, t->photo, (double)best->box.x,
                     (double)best->box.y, (double)best->box.width, (double)best->box.height, (double)iou);
    }
}

static void observations_are_well_formed(void **state)
{
    static const char *const photos[] = {"photos/coffee.png", "photos/temple.jpg", "photos/galaxies.jpg"};
    static const float sides[][2] = {{600, 400}, {640, 427}, {1000, 872}};
    for (size_t i = 0; i < sizeof photos / sizeof *photos; i++) {
        ts_seen seen = look_at_photo(*state, photos[i], (ts_look_wishes){0});
        for (size_t k = 0; k < seen.count; k++) {
            const ts_observation *o = &seen.items[k];
            assert_string_equal(o->scheme, "coco80");
            assert_string_equal(o->source->analyser, "detect");
            assert_true(o->key < 80 && o->raw > 0 && o->raw <= 1 && o->has_box);
            assert_true(o->box.x >= 0 && o->box.y >= 0 && o->box.width >= 1 && o->box.height >= 1);
            assert_true(o->box.x + o->box.width <= sides[i][0] + 0.01F);
            assert_true(o->box.y + o->box.height <= sides[i][1] + 0.01F);
            if (k) assert_true(seen.items[k - 1].raw >= o->raw);
        }
    }
}

static void class_probabilities_sum_to_one(void **state)
{
    ts_seen seen = look_at_photo(*state, "photos/coffee.png", (ts_look_wishes){0});
    const ts_distribution *d = seen.distribution;
    assert_non_null(d);
    assert_int_equal(d->count, 1000);
    double sum = 0;
    size_t best = 0;
    for (size_t i = 0; i < d->count; i++) {
        assert_true(d->probabilities[i] >= 0);
        sum += (double)d->probabilities[i];
        if (d->probabilities[i] > d->probabilities[best]) best = i;
    }
    assert_float_equal((float)sum, 1, 1e-4);
    assert_string_equal(d->labels[best], "espresso");
    assert_string_equal(d->scheme, "imagenet1k");
}

/* ---- faces -------------------------------------------------------------------------------------- */

enum { RIGHT_EYE, LEFT_EYE, NOSE, MOUTH, RIGHT_EAR, LEFT_EAR };

static void assert_near(ts_point at, float x, float y, float within, const char *what)
{
    if (hypotf(at.x - x, at.y - y) > within) fail_msg("%s at %.1f %.1f", what, (double)at.x, (double)at.y);
}

static void assert_face_is_upright(const ts_face *face)
{
    const ts_point *p = face->landmarks;
    assert_true(p[RIGHT_EYE].x < p[LEFT_EYE].x); /* the person's right is the viewer's left */
    assert_true(p[RIGHT_EAR].x < p[RIGHT_EYE].x && p[LEFT_EYE].x < p[LEFT_EAR].x);
    assert_true(p[NOSE].y > p[RIGHT_EYE].y && p[NOSE].y > p[LEFT_EYE].y);
    assert_true(p[MOUTH].y > p[NOSE].y);
    for (int i = RIGHT_EYE; i <= MOUTH; i++) {
        assert_in_range((long)p[i].x, (long)face->box.x, (long)(face->box.x + face->box.width));
        assert_in_range((long)p[i].y, (long)face->box.y, (long)(face->box.y + face->box.height));
    }
}

static void faces_have_their_features_in_place(void **state)
{
    ts_seen seen = look_at_photo(*state, "photos/astronaut.png", (ts_look_wishes){0});
    assert_true(seen.has_faces);
    assert_int_equal(seen.face_count, 1);
    assert_face_is_upright(&seen.faces[0]);
    assert_near(seen.faces[0].landmarks[RIGHT_EYE], 203, 101, 10, "right eye");
    assert_near(seen.faces[0].landmarks[LEFT_EYE], 248, 103, 10, "left eye");
    assert_near(seen.faces[0].landmarks[NOSE], 226, 123, 14, "nose");
    assert_near(seen.faces[0].landmarks[MOUTH], 224, 146, 10, "mouth");
    assert_null(seen.faces[0].mesh);

    seen = look_at_photo(*state, "photos/grace-hopper.jpg", (ts_look_wishes){0});
    assert_int_equal(seen.face_count, 1);
    assert_face_is_upright(&seen.faces[0]);
    assert_near(seen.faces[0].landmarks[RIGHT_EYE], 222, 191, 15, "right eye");
    assert_near(seen.faces[0].landmarks[LEFT_EYE], 307, 186, 15, "left eye");
}

static void where_nobody_is_there_are_no_faces(void **state)
{
    static const char *const photos[] = {"photos/cat.png",    "photos/coffee.png", "photos/clock.png",
                                         "photos/rocket.jpg", "photos/flower.jpg", "photos/galaxies.jpg",
                                         "photos/temple.jpg"};
    for (size_t i = 0; i < sizeof photos / sizeof *photos; i++) {
        ts_seen seen = look_at_photo(*state, photos[i], (ts_look_wishes){.mesh = true});
        assert_true(seen.has_faces);
        if (seen.face_count) fail_msg("a face in %s", photos[i]);
    }
}

/* ---- mesh, embedding ---------------------------------------------------------------------------- */

static void the_mesh_covers_the_face(void **state)
{
    static const char *const photos[] = {"photos/astronaut.png", "photos/grace-hopper.jpg"};
    for (size_t i = 0; i < 2; i++) {
        ts_seen seen = look_at_photo(*state, photos[i], (ts_look_wishes){.mesh = true});
        assert_int_equal(seen.face_count, 1);
        const ts_face *face = &seen.faces[0];
        assert_int_equal(face->mesh_count, 468);
        float reach = fmaxf(face->box.width, face->box.height);
        ts_point mean = {0, 0}, least = {1e9F, 1e9F}, most = {-1e9F, -1e9F};
        for (size_t k = 0; k < face->mesh_count; k++) {
            ts_point p = face->mesh[k];
            mean.x += p.x / 468;
            mean.y += p.y / 468;
            least = (ts_point){fminf(least.x, p.x), fminf(least.y, p.y)};
            most = (ts_point){fmaxf(most.x, p.x), fmaxf(most.y, p.y)};
        }
        assert_near(mean, face->box.x + face->box.width / 2, face->box.y + face->box.height / 2,
                    reach * 0.25F, "middle of the mesh");
        assert_true(most.x - least.x > 0.5F * reach && most.x - least.x < 1.6F * reach);
        assert_true(most.y - least.y > 0.6F * reach && most.y - least.y < 1.8F * reach);
        /* Canonical points of the face mesh: 1 the tip of the nose; 33 and 263 the outer corners of the eyes.
         */
        assert_near(face->mesh[1], face->landmarks[NOSE].x, face->landmarks[NOSE].y, reach * 0.2F,
                    "nose of the mesh");
        assert_near(face->mesh[33], face->landmarks[RIGHT_EYE].x, face->landmarks[RIGHT_EYE].y, reach * 0.2F,
                    "right eye of the mesh");
        assert_near(face->mesh[263], face->landmarks[LEFT_EYE].x, face->landmarks[LEFT_EYE].y, reach * 0.2F,
                    "left eye of the mesh");
    }
}

static float dot(const ts_seen *a, const ts_seen *b)
{
    double sum = 0;
    for (size_t i = 0; i < a->embedding_size; i++) sum += (double)a->embedding[i] * (double)b->embedding[i];
    return (float)sum;
}

static void embeddings_are_unit_vectors_and_tell_pictures_apart(void **state)
{
    static const char *const photos[] = {"photos/cat.png", "photos/coffee.png", "photos/rocket.jpg"};
    ts_seen seen[3];
    for (size_t i = 0; i < 3; i++) {
        seen[i] = look_at_photo(*state, photos[i], (ts_look_wishes){.embedding = true});
        assert_int_equal(seen[i].embedding_size, 1280);
        assert_float_equal(dot(&seen[i], &seen[i]), 1, 1e-4);
    }
    ts_seen again = look_at_photo(*state, photos[0], (ts_look_wishes){.embedding = true});
    assert_float_equal(dot(&seen[0], &again), 1, 1e-5);
    assert_true(dot(&seen[0], &seen[1]) < 0.8F && dot(&seen[0], &seen[2]) < 0.8F);
    again = look_at_photo(*state, photos[0], (ts_look_wishes){0});
    assert_null(again.embedding);
}

/* ---- however the camera was held ---------------------------------------------------------------- */

static ts_decoded decode_photo(viewer *v, const char *name)
{
    char *path = ts_test_dep(name);
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    ts_decoded picture = {0};
    ts_error err;
    assert_works(ts_decode(v->pool, bytes, length, 0, &picture, &err), err);
    free(bytes);
    free(path);
    return picture;
}

static ts_seen look_at_decoded(viewer *v, const ts_decoded *picture, ts_look_wishes wishes)
{
    ts_seen seen = {.arena = v->arena};
    ts_error err;
    assert_works(ts_vision_look(v->vision, picture, wishes, &seen, &err), err);
    return seen;
}

static void mirror(ts_pixels *pixels)
{
    for (size_t y = 0; y < pixels->height; y++) {
        uint8_t *left = pixels->data + y * pixels->stride, *right = left + ((size_t)pixels->width - 1) * 4;
        for (; left < right; left += 4, right -= 4) {
            uint8_t kept[4];
            memcpy(kept, left, 4);
            memcpy(left, right, 4);
            memcpy(right, kept, 4);
        }
    }
}

/* A picture and its mirror image have the same views, among them each other's. */
static void many_views_do_not_tell_left_from_right(void **state)
{
    viewer *v = *state;
    ts_look_wishes one = {.embedding = true}, many = {.embedding = true, .many_views = true};
    ts_decoded picture = decode_photo(v, "photos/cat.png");
    ts_seen once = look_at_decoded(v, &picture, one), views = look_at_decoded(v, &picture, many);
    mirror(&picture.pixels);
    ts_seen mirrored = look_at_decoded(v, &picture, one), mirrored_views = look_at_decoded(v, &picture, many);
    ts_decoded_release(v->pool, &picture);
    assert_float_equal(dot(&views, &views), 1, 1e-4);
    assert_float_equal(dot(&views, &mirrored_views), 1, 1e-3);
    assert_true(dot(&once, &mirrored) < 0.99F);
    assert_true(dot(&once, &views) < 0.99F); /* not comparable, and the names say so */
    assert_string_not_equal(once.embedding_model, views.embedding_model);
    assert_string_equal(views.embedding_model, mirrored_views.embedding_model);
}

static void assert_same_box(ts_rect a, ts_rect b, float overlap, unsigned orientation)
{
    float iou = ts_rect_iou(a, b);
    if (iou < overlap) fail_msg("orientation %u: IoU %.3f", orientation, (double)iou);
}

static void boxes_are_those_of_the_upright_picture(void **state)
{
    viewer *v = *state;
    ts_decoded upright = decode_photo(v, "photos/grace-hopper.jpg"); /* 512 x 600: not square */
    ts_seen first = {0};
    for (unsigned orientation = 1; orientation <= 8; orientation++) {
        size_t length = 0;
        unsigned char *jpeg = oriented_jpeg(&upright.pixels, orientation, &length);
        ts_picture_info info;
        ts_seen seen = look_at_bytes(v, jpeg, length, (ts_look_wishes){.mesh = true}, &info);
        free(jpeg);
        assert_int_equal(info.orientation, orientation);
        assert_int_equal(info.width, 512);
        assert_int_equal(info.height, 600);
        assert_int_equal(seen.face_count, 1);
        assert_non_null(best_of(&seen, "person"));
        assert_face_is_upright(&seen.faces[0]);
        if (orientation == 1) {
            first = seen;
            continue;
        }
        assert_same_box(best_of(&seen, "person")->box, best_of(&first, "person")->box, 0.97F, orientation);
        assert_same_box(seen.faces[0].box, first.faces[0].box, 0.95F, orientation);
        for (size_t i = 0; i < TS_FACE_LANDMARKS; i++)
            assert_near(seen.faces[0].landmarks[i], first.faces[0].landmarks[i].x,
                        first.faces[0].landmarks[i].y, 6, "landmark");
        for (size_t i = 0; i < 468; i++)
            assert_near(seen.faces[0].mesh[i], first.faces[0].mesh[i].x, first.faces[0].mesh[i].y, 8,
                        "mesh point");
    }
    ts_decoded_release(v->pool, &upright);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_are_where_they_are),
        cmocka_unit_test(observations_are_well_formed),
        cmocka_unit_test(class_probabilities_sum_to_one),
        cmocka_unit_test(faces_have_their_features_in_place),
        cmocka_unit_test(where_nobody_is_there_are_no_faces),
        cmocka_unit_test(the_mesh_covers_the_face),
        cmocka_unit_test(embeddings_are_unit_vectors_and_tell_pictures_apart),
        cmocka_unit_test(many_views_do_not_tell_left_from_right),
        cmocka_unit_test(boxes_are_those_of_the_upright_picture),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
