using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary>Reads what the parser found, also where it found mistakes: so that one run lists those and everything else that is wrong.</summary>
internal static class ParsedValues
{
    /// <summary>An option's value; the default where its text was no value, which the parser's own message says.</summary>
    public static T? Given<T>(this ParseResult result, Option<T> option)
    {
        try
        {
            return result.GetValue(option);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>An argument's value; the default where it is missing, which the parser's own message says.</summary>
    public static T? Given<T>(this ParseResult result, Argument<T> argument)
    {
        try
        {
            return result.GetValue(argument);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }
}
