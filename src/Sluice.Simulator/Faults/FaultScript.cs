namespace Sluice.Simulator.Faults;

/// <summary>The rules of a script in their order: the first that is about a request and still acts decides.</summary>
internal sealed class FaultScript(IReadOnlyList<FaultRule> rules)
{
    public IReadOnlyList<FaultRule> Rules => rules;

    /// <summary>
    /// Looks for a rule. A send is looked at twice: at the head of its file, for rules that end it in the middle of its body, and
    /// after the body, when its part number is known, for all others.
    /// </summary>
    /// <param name="subject">The request.</param>
    /// <param name="early">True: only rules that act in mid-body; false: only the others; null: all.</param>
    public FaultAction? Find(FaultSubject subject, bool? early = null)
    {
        foreach (var rule in rules)
        {
            // A rule for one part waits for the number, and the file comes before it in the forms of all official clients.
            var actsEarly = rule.Action.IsEarly && rule.Part is null && rule.Each != "part";
            if ((early is null || early == actsEarly) && rule.Take(subject) is { } action)
            {
                return action;
            }
        }

        return null;
    }
}
