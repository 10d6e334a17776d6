using OrleansLimiter.Testing.Contracts;

namespace OrleansLimiter.Embedded.Tests;

/// <summary>The embedded engine keeps what every engine promises.</summary>
public sealed class EmbeddedGroupsContract : GroupsContract
{
    private EmbeddedGroups? _groups;

    public override ValueTask DisposeAsync()
    {
        _groups?.Dispose();
        return base.DisposeAsync();
    }

    protected override Task<IGroups> StartAsync(FakeTime time) =>
        Task.FromResult<IGroups>(_groups = new EmbeddedGroups(new(time)));
}
