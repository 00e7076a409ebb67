namespace Sluice.Cli.Output;

/// <summary>A command as it can be pasted into a POSIX shell.</summary>
internal static class ShellText
{
    public static string Command(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote).Prepend("sluice"));

    public static string Quote(string argument) =>
        argument.Length > 0 && argument.All(IsPlain) ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '@' or '%' or '+' or ',' || c > 127 && !char.IsControl(c) && !char.IsWhiteSpace(c);
}
