using System.Security.Cryptography;
using CsCheck;
using Sluice.Integrity;
using Xunit;

namespace Sluice.Tests.Integrity;

public sealed class RunningSha256Tests
{
    private static readonly Gen<byte[]> Contents = Gen.Byte.Array[0, 5000];

    public static TheoryData<bool> Implementations => [true, false];

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Agrees_with_the_one_shot_digest_however_the_bytes_are_cut(bool libcrypto) =>
        Gen.Select(Contents, Gen.Int[0, 700].Array[0, 20]).Sample((content, cuts) =>
        {
            using var hash = Create(libcrypto);
            var at = 0;
            foreach (var cut in cuts)
            {
                var take = Math.Min(cut, content.Length - at);
                hash.Append(content.AsSpan(at, take));
                at += take;
                Assert.Equal(SHA256.HashData(content.AsSpan(0, at)), hash.Digest());
            }

            hash.Append(content.AsSpan(at));
            Assert.Equal(SHA256.HashData(content), hash.Digest());
            Assert.Equal(content.Length, hash.Length);
        }, iter: 500);

    [Theory]
    [MemberData(nameof(Implementations))]
    public void A_proof_changes_nothing(bool libcrypto)
    {
        using var hash = Create(libcrypto);
        hash.Append(new byte[100]);

        Assert.Equal(hash.ProofAtBoundary().Digest, hash.ProofAtBoundary().Digest);
        hash.Append(new byte[100]);
        Assert.Equal(SHA256.HashData(new byte[200]), hash.Digest());
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Is_over_once_disposed(bool libcrypto)
    {
        var hash = Create(libcrypto);
        hash.Dispose();
        hash.Dispose();

        Assert.Throws<ObjectDisposedException>(() => hash.Append(new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => hash.ProofAtBoundary());
    }

    [Fact]
    public void A_state_saved_at_any_boundary_goes_on_to_the_same_digest() =>
        Gen.Select(Gen.Byte.Array[0, 5000], Gen.Int[0, 77], Gen.Int[1, 300]).Sample((content, block, step) =>
        {
            var boundary = Math.Min(block * RunningSha256.BlockSize, content.Length / RunningSha256.BlockSize * RunningSha256.BlockSize);
            using var first = Create(libcrypto: true);
            first.Append(content.AsSpan(0, boundary));
            var proof = first.ProofAtBoundary();
            Assert.Equal(SHA256.HashData(content.AsSpan(0, boundary)), proof.Digest);
            Assert.Equal(ProofKind.Prefix, proof.Kind);
            Assert.Equal(LibcryptoSha256.StateSize, proof.State!.Length);

            using var second = RunningSha256.TryResume(proof.State, boundary)!;
            for (var at = boundary; at < content.Length; at += step)
            {
                second.Append(content.AsSpan(at, Math.Min(step, content.Length - at)));
            }

            Assert.Equal(SHA256.HashData(content), second.Digest());
            Assert.Equal(content.Length, second.Length);
        }, iter: 2000);

    [Fact]
    public void Every_part_boundary_of_a_file_can_be_gone_on_from()
    {
        const int Unit = 65536;
        var content = new byte[(10 * Unit) + 12345];
        new Random(7).NextBytes(content);
        var rows = new List<PartProof>();
        using (var hash = RunningSha256.Create())
        {
            Assert.True(hash.CanExport);
            for (var at = 0; at < content.Length; at += Unit)
            {
                hash.Append(content.AsSpan(at, Math.Min(Unit, content.Length - at)));
                rows.Add(hash.ProofAtBoundary());
            }
        }

        Assert.Null(rows[^1].State);
        Assert.Equal(SHA256.HashData(content), rows[^1].Digest);
        for (var part = 1; part < rows.Count; part++)
        {
            using var hash = RunningSha256.TryResume(rows[part - 1].State, part * (long)Unit)!;
            Assert.Equal(rows[part - 1].Digest, hash.Digest());
            hash.Append(content.AsSpan(part * Unit));
            Assert.Equal(SHA256.HashData(content), hash.Digest());
        }
    }

    [Fact]
    public void Lengths_beyond_4_GiB_of_bits_are_counted_right()
    {
        // 2^32 bits are 512 MiB: the count of bits lies in two words.
        using var whole = RunningSha256.Create();
        using var reference = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var page = new byte[1 << 20];
        for (var i = 0; i < 513; i++)
        {
            whole.Append(page);
            reference.AppendData(page);
        }

        var state = whole.ProofAtBoundary().State;
        using var resumed = RunningSha256.TryResume(state, 513L << 20)!;
        resumed.Append([1, 2, 3]);
        reference.AppendData([1, 2, 3]);
        Assert.Equal(reference.GetCurrentHash(), resumed.Digest());
    }

    [Fact]
    public void No_piece_of_the_file_gets_into_a_state() =>
        Gen.Int[0, 1000].Sample(static length =>
        {
            using var hash = Create(libcrypto: true);
            hash.Append(Enumerable.Repeat((byte)0x5A, length).ToArray());
            var state = hash.ProofAtBoundary().State;
            Assert.Equal(length % RunningSha256.BlockSize == 0, state is not null);
            Assert.True(state is null || !state.AsSpan(40, 64).ContainsAnyExcept((byte)0));
        });

    [Fact]
    public void A_damaged_state_or_a_wrong_length_is_not_gone_on_with()
    {
        using var hash = Create(libcrypto: true);
        hash.Append(new byte[640]);
        var state = hash.ProofAtBoundary().State!;

        Assert.Null(RunningSha256.TryResume(state, 704));
        Assert.Null(RunningSha256.TryResume(state, 641));
        Assert.Null(RunningSha256.TryResume(state, -640));
        Assert.Null(RunningSha256.TryResume(state.AsSpan(1), 640));
        Assert.Null(RunningSha256.TryResume([], 0));
        for (var at = 32; at < state.Length; at++)
        {
            var damaged = state.ToArray();
            damaged[at] ^= 0x10;
            Assert.Null(RunningSha256.TryResume(damaged, 640));
        }

        using var good = RunningSha256.TryResume(state, 640);
        Assert.NotNull(good);
    }

    [Fact]
    public void The_platforms_own_hash_has_no_state()
    {
        using var hash = new IncrementalSha256();
        hash.Append(new byte[64]);

        Assert.False(hash.CanExport);
        Assert.Null(hash.ProofAtBoundary().State);
    }

    [Fact]
    public void A_part_alone_is_proved_by_its_own_digest()
    {
        var proof = RunningSha256.ProofAlone([1, 2, 3]);

        Assert.Equal(ProofKind.Alone, proof.Kind);
        Assert.Equal(SHA256.HashData([1, 2, 3]), proof.Digest);
        Assert.Null(proof.State);
    }

    private static RunningSha256 Create(bool libcrypto) =>
        libcrypto ? LibcryptoSha256.TryCreate() ?? throw new InvalidOperationException("This system has no libcrypto.") : new IncrementalSha256();
}
