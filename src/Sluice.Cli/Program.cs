using Sluice.Cli;

using var stop = StopSignal.Listen();
return await CliProgram.RunAsync(args, World.OfProcess(stop));
