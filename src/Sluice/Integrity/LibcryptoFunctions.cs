using System.Runtime.InteropServices;

namespace Sluice.Integrity;

/// <summary>The three functions of libcrypto, found by name at run time so that a system without them still works.</summary>
internal sealed unsafe class LibcryptoFunctions
{
    private static readonly string[] Libraries = ["libcrypto.so.3", "libcrypto.so.1.1"];

    private readonly delegate* unmanaged<byte*, int> _init;
    private readonly delegate* unmanaged<byte*, byte*, nuint, int> _update;
    private readonly delegate* unmanaged<byte*, byte*, int> _final;

    private LibcryptoFunctions(nint init, nint update, nint final)
    {
        _init = (delegate* unmanaged<byte*, int>)init;
        _update = (delegate* unmanaged<byte*, byte*, nuint, int>)update;
        _final = (delegate* unmanaged<byte*, byte*, int>)final;
    }

    public static LibcryptoFunctions? TryLoad()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        foreach (var name in Libraries)
        {
            if (NativeLibrary.TryLoad(name, out var library)
                && NativeLibrary.TryGetExport(library, "SHA256_Init", out var init)
                && NativeLibrary.TryGetExport(library, "SHA256_Update", out var update)
                && NativeLibrary.TryGetExport(library, "SHA256_Final", out var final))
            {
                return new LibcryptoFunctions(init, update, final);
            }
        }

        return null;
    }

    public int Init(byte* context) => _init(context);

    public int Update(byte* context, byte* data, nuint length) => _update(context, data, length);

    public int Final(byte* digest, byte* context) => _final(digest, context);
}
