// The least that any process can do: to be started and to end.

int main()
{
    return 0;
}
