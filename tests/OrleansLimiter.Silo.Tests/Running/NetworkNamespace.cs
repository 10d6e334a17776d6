namespace OrleansLimiter.Silo.Tests;

/// <summary>A network namespace of Linux in which a host runs.</summary>
/// <param name="Name">The name, as <c>ip netns</c> knows it.</param>
/// <param name="Address">The address of its hosts.</param>
internal sealed record NetworkNamespace(string Name, string Address);
