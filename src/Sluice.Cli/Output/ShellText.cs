using System.Globalization;
using System.Text;

namespace Sluice.Cli.Output;

/// <summary>A command as it can be pasted into a shell; what a terminal must not see is written as escapes, <c>$'…'</c>.</summary>
internal static class ShellText
{
    public static string Command(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote).Prepend("sluice"));

    public static string Quote(string argument) =>
        argument.Any(Plain.IsUnsafe) ? Escape(argument)
        : argument.Length > 0 && argument.All(IsPlain) ? argument
        : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '@' or '%' or '+' or ',' || c > 127 && !char.IsControl(c) && !char.IsWhiteSpace(c);

    private static string Escape(string argument)
    {
        var text = new StringBuilder("$'");
        foreach (var c in argument)
        {
            _ = c is '\'' or '\\' ? text.Append('\\').Append(c)
                : Plain.IsUnsafe(c) ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : text.Append(c);
        }

        return text.Append('\'').ToString();
    }
}
