using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Sluice.Bench.Budget;

/// <summary>
/// Counts what benchmarks allocate, on all threads, without timing them. Each is run in rounds and the least of the rounds
/// counts: what the runtime allocates beside it now and then is not the benchmark's.
/// </summary>
internal static class AllocationMeter
{
    private const int WarmUp = 16;
    private const int Rounds = 5;
    private const int PerRound = 32;

    /// <summary>Measures every benchmark of the assembly.</summary>
    public static IReadOnlyList<Measurement> MeasureAll(Assembly assembly) =>
        [.. assembly.GetTypes().Where(t => Benchmarks(t).Length > 0).OrderBy(t => t.Name, StringComparer.Ordinal).SelectMany(MeasureClass)];

    private static MethodInfo[] Benchmarks(Type type) =>
        [.. type.GetMethods().Where(m => m.GetCustomAttribute<BenchmarkAttribute>() is not null)];

    private static List<Measurement> MeasureClass(Type type)
    {
        var instance = Activator.CreateInstance(type)!;
        Call<GlobalSetupAttribute>(type, instance);
        try
        {
            var prefix = type.Name.Replace("Benchmarks", "", StringComparison.Ordinal) + ".";
            var found = new List<Measurement>();
            foreach (var method in Benchmarks(type))
            {
                found.Add(new Measurement(prefix + method.Name, Measure(method, instance) / method.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke));
            }

            foreach (var method in Benchmarks(type))
            {
                if (method.GetCustomAttribute<PerChunkAttribute>() is { } more)
                {
                    double Of(string name) => found.Single(m => m.Name == prefix + name).Bytes;

                    // The smallest object is 24 bytes: what is left of a byte after rounding is other threads' noise.
                    found.Add(new Measurement(prefix + method.Name + ".PerChunk", Math.Max(0, Math.Round((Of(method.Name) - Of(more.Smaller)) / more.Chunks))));
                }
            }

            return found;
        }
        finally
        {
            Call<GlobalCleanupAttribute>(type, instance);
        }
    }

    private static double Measure(MethodInfo method, object instance)
    {
        var run = Runner(method, instance);
        Repeat(run, WarmUp);
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Repeat(run, PerRound);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)PerRound);
        }

        return least;
    }

    private static void Repeat(Action run, int times)
    {
        for (var i = 0; i < times; i++)
        {
            run();
        }
    }

    /// <summary>A delegate, because a call by reflection allocates itself.</summary>
    private static Action Runner(MethodInfo method, object instance)
    {
        if (method.ReturnType != typeof(void))
        {
            throw new InvalidOperationException($"{method.DeclaringType!.Name}.{method.Name} returns something: a benchmark here returns nothing, and waits for what it began.");
        }

        return method.CreateDelegate<Action>(instance);
    }

    private static void Call<TAttribute>(Type type, object instance)
        where TAttribute : Attribute
    {
        foreach (var method in type.GetMethods().Where(m => m.GetCustomAttribute<TAttribute>() is not null))
        {
            method.Invoke(instance, null);
        }
    }
}
