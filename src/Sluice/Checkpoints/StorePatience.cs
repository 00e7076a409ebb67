using Sluice.Errors;

namespace Sluice.Checkpoints;

/// <summary>Asks a store that cannot answer again, each second, for two minutes: most of what ails a store passes by itself.</summary>
internal static class StorePatience
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Calls until the store answers.</summary>
    /// <param name="call">The call; <see cref="StoreUnavailableException"/> says that it had no effect.</param>
    /// <param name="waiting">Is told before each wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SluiceException"><c>interrupted</c> where the store did not answer in all that time.</exception>
    public static async Task<T> AskAsync<T>(Func<ValueTask<T>> call, Action? waiting, TimeProvider time, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (StoreUnavailableException e) when (time.GetElapsedTime(begin) >= Longest)
            {
                throw new SluiceException(ErrorCodes.Interrupted, $"The store of checkpoints has not answered for {Longest.TotalMinutes:N0} minutes: {e.Message} What is recorded is kept; once that is mended, run the same command again.", e);
            }
            catch (StoreUnavailableException)
            {
                waiting?.Invoke();
            }

            await Task.Delay(Again, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
