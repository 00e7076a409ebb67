using Sluice.Pressure;
using Xunit;

namespace Sluice.Tests.Pressure;

public sealed class ProgramPagesTests
{
    [Theory]
    [InlineData("r-xp", "/opt/sluice", 900, 0, "rd ex mr mw me", true)]
    [InlineData("r--p", "/opt/a b/lib.so.3", 900, 0, "rd mr mw me", true)]
    [InlineData("r--p", "/opt/sluice", 900, 4, "rd mr mw me ac", false)] // relocated: the file does not have what is there
    [InlineData("rw-p", "/opt/sluice", 900, 0, "rd wr mr mw me ac", false)]
    [InlineData("r--s", "/var/lib/state.db-shm", 900, 0, "rd sh mr mw me ms", false)]
    [InlineData("r-xp", "[vdso]", 900, 0, "rd ex mr mw me de", false)]
    [InlineData("r-xp", "/opt/sluice", 900, 0, "rd ex mr mw me lo", false)]
    [InlineData("r-xp", "/opt/sluice", 64, 0, "rd ex mr mw me", false)]
    public void Only_what_lies_in_a_file_unchanged_is_let_go_of(string access, string path, int resident, int own, string flags, bool goes)
    {
        string[] smaps = [.. Mapping("10000-11000", "rw-p", "", 4000, 4000, "rd wr"), .. Mapping("4f2f0000-4f56d000", access, path, resident, own, flags), .. Mapping("7fff0000-7fff1000", "rw-p", "[stack]", 200, 200, "rd wr gd")];
        (nint, nuint)[] expected = goes ? [((nint)0x4f2f0000, (nuint)0x27d000)] : [];
        Assert.Equal(expected, ProgramPages.Clean(smaps));
    }

    [Fact]
    public void What_is_not_of_that_form_is_passed_over() =>
        Assert.Empty(ProgramPages.Clean(["", "Rss: 5 kB", "VmFlags: rd", "xyz r-xp 0 0 0 /a", "Rss: 5000 kB", "Anonymous: many kB", "VmFlags: rd"]));

    [Fact]
    public void The_program_goes_on_as_if_nothing_had_been()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it does nothing.");
        for (var round = 0; round < 3; round++)
        {
            ProgramPages.LetGo();
            Assert.Equal(32, System.Security.Cryptography.SHA256.HashData(new byte[round]).Length);
        }
    }

    private static string[] Mapping(string range, string access, string path, int resident, int own, string flags) =>
    [
        $"{range} {access} 000c5000 fe:00 332131                     {path}",
        "Size:               2548 kB",
        $"Rss:                {resident} kB",
        "Private_Clean:       100 kB",
        "Private_Dirty:       900 kB",
        $"Anonymous:           {own} kB",
        "THPeligible:           0",
        $"VmFlags: {flags}",
    ];
}
