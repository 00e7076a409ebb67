namespace Sluice.Spool;

/// <summary>Carries an outcome through code that can only throw (a stream's); it never leaves the room.</summary>
internal sealed class SpoolWriteException(SpoolOutcome outcome) : IOException(outcome.Reason)
{
    public SpoolOutcome Outcome => outcome;
}
