using OrleansLimiter.Cli;

return await LimiterProgram.RunAsync(args, Terminal.OfProcess());
