/* SPDX-License-Identifier: MIT */
int main(void)
{
    usleep(100);
    setenv("HOME", "/", 1);
    return time(NULL) == 0;
}
