// A test is mostly a program of its own and a simulator that wait for each other; each has a place of its own.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.All, MaxThreads = 4)]
