using System.Text;
using Sluice.Simulator.Serving;

namespace Sluice.Simulator.Uploads;

/// <summary>What name and type a file may have, and what Notion makes of them. Pure.</summary>
internal static class NameRules
{
    private const int MaxBytes = 900;

    /// <summary>The name with its extension and the type, or why they are refused.</summary>
    public static (string Name, string? Type, SimulatorAnswer? Refused) Settle(string name, string? type, bool oldTypes)
    {
        if (name.Length == 0)
        {
            return Refuse(SimulatorAnswer.Invalid("body failed validation: body.filename.length should be ≥ `1`, instead was `0`."));
        }

        var free = TypeTable.IsFree(name);
        if (type is not null && !TypeTable.KnowsType(type, oldTypes) && !(free && TypeTable.Agrees(name, type)))
        {
            return Refuse(UnsupportedType(type));
        }

        // A name without an extension gets the type's; one with an extension that is not in the table gets none.
        if (!name.Contains('.', StringComparison.Ordinal) && type is not null)
        {
            name += TypeTable.ExtensionFor(type);
        }

        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            return Refuse(SimulatorAnswer.Invalid($"body failed validation: body.filename should be at most {MaxBytes} bytes, with its extension."));
        }

        if (!TypeTable.KnowsExtension(name, oldTypes))
        {
            return Refuse(SimulatorAnswer.Invalid("Provided `filename` has an extension that is not supported for the File Upload API."));
        }

        return type is not null && !TypeTable.Agrees(name, type)
            ? Refuse(SimulatorAnswer.Invalid($"The content type {type} does not match the extension of the provided `filename`."))
            : (name, type ?? TypeTable.Infer(name), null);

        (string, string?, SimulatorAnswer?) Refuse(SimulatorAnswer answer) => (name, type, answer);
    }

    public static SimulatorAnswer UnsupportedType(string type) => SimulatorAnswer.Invalid($"The content type {type} is not supported for the File Upload API.");
}
