namespace OrleansApp;

/// <summary>A cart of the app.</summary>
public interface ICartGrain : IGrainWithStringKey
{
    /// <summary>Adds an item and returns how many there are.</summary>
    Task<int> AddAsync();
}

/// <summary>A cart in the memory of a silo.</summary>
public sealed class CartGrain : Grain, ICartGrain
{
    private int _items;

    /// <inheritdoc/>
    public Task<int> AddAsync() => Task.FromResult(++_items);
}
