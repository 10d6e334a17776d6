using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Running;
using OrleansLimiter.Benchmarks;

// `memory` measures the bytes of a key. All other arguments go to BenchmarkDotNet (--filter '*' runs all).
switch (args)
{
    case ["memory"]:
        MemoryReport.WriteAll();
        return;
    case ["memory", var kind]:
        MemoryReport.WriteOne(int.Parse(kind));
        return;
}

BenchmarkSwitcher.FromAssembly(typeof(DecisionBenchmarks).Assembly)
    .Run(args, DefaultConfig.Instance.AddExporter(MarkdownExporter.GitHub));
