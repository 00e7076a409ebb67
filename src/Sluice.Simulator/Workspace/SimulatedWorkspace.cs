namespace Sluice.Simulator.Workspace;

/// <summary>Pages, rows and blocks. Guarded by the state's lock.</summary>
internal sealed class SimulatedWorkspace
{
    public const string Id = "00000000-0000-4000-8000-000000000000";
    public const string Page = "00000000-0000-4000-8000-000000000001";
    public const string Database = "00000000-0000-4000-8000-000000000002";
    public const string DataSource = "00000000-0000-4000-8000-000000000012";

    /// <summary>Exists, and is shared with nobody: to a connection there is no difference to a page that does not exist.</summary>
    public const string NotShared = "00000000-0000-4000-8000-000000000003";

    public const string DatabaseTitle = "A database";
    public const string TitleProperty = "Name";
    public const string FilesProperty = "Files";
    public const string FilesPropertyId = "fl%3As";

    private readonly List<SimulatedPage> _pages = [];

    public SimulatedWorkspace(DateTimeOffset now) => Add(new SimulatedPage { Id = Page, Title = "A page", Token = "", Created = now, Edited = now });

    public DateTimeOffset Created => _pages[0].Created;

    /// <summary>Newest first.</summary>
    public IEnumerable<SimulatedPage> Pages => _pages.AsEnumerable().Reverse();

    public void Add(SimulatedPage page) => _pages.Add(page);

    public SimulatedPage? FindPage(string id) => _pages.Find(p => p.Id == id);

    public (SimulatedPage Page, SimulatedBlock Block)? FindBlock(string id)
    {
        foreach (var page in _pages)
        {
            if (page.Blocks.Find(b => b.Id == id) is { } block)
            {
                return (page, block);
            }
        }

        return null;
    }
}
