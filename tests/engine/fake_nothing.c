/* tests/engine: a shared library of the right name that has none of the functions. */
int ts_fake_nothing(void);
int ts_fake_nothing(void)
{
    return 0;
}
