using Sluice.Errors;

namespace Sluice.Cli.State;

/// <summary>Where the Notion token comes from: the environment, else a file; never an option, which every user of the machine could read.</summary>
internal static class TokenSource
{
    private static readonly string[] Names = ["NOTION_TOKEN", "NOTION_API_TOKEN", "NOTION_API_KEY"];

    /// <summary>The token and what gave it.</summary>
    public static (string Token, string Origin) Find(World world, string? tokenFile)
    {
        foreach (var name in Names)
        {
            if (world.Variable(name)?.Trim() is { Length: > 0 } token)
            {
                return (token, name);
            }
        }

        return tokenFile is null
            ? throw new SluiceException(ErrorCodes.TokenMissing, $"{ErrorCodes.TokenMissing.Meaning} {ErrorCodes.TokenMissing.Advice}")
            : (Read(Path.GetFullPath(tokenFile, world.WorkingFolder)), tokenFile);
    }

    private static string Read(string file)
    {
        try
        {
            var token = File.ReadAllText(file).Trim();
            return token.Length > 0 ? token : throw new SluiceException(ErrorCodes.TokenMissing, $"The token file '{file}' is empty: write the Notion token into it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SluiceException(ErrorCodes.TokenMissing, $"The token file '{file}' cannot be read: {e.Message} Check the path given with --token-file, or set NOTION_TOKEN.", e);
        }
    }
}
