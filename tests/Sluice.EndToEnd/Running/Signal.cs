namespace Sluice.EndToEnd.Running;

/// <summary>Linux's numbers.</summary>
internal enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}
