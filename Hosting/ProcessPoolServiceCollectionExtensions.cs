using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ProcessPool.Hosting;

/// <summary>Adds a pool of worker processes to an application's services.</summary>
public static class ProcessPoolServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="Pool"/> as a singleton. Its workers start with the host; when the host stops, calls under way
    /// are finished as long as its shutdown timeout allows, and what runs then is killed.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Makes the options from the defaults. Default: the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>Workers build no host of their own: a task that needs a service makes what it needs itself, or is given values.</remarks>
    public static IServiceCollection AddProcessPool(this IServiceCollection services, Func<PoolOptions, PoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(_ => new Pool(configure?.Invoke(new PoolOptions()) ?? new PoolOptions()));
        services.AddHostedService<PoolLifetime>();
        return services;
    }

    /// <summary>Ties the pool's life to the host's.</summary>
    private sealed class PoolLifetime(Pool pool) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => pool.WaitUntilReadyAsync(cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            pool.Close();
            try
            {
                await pool.JoinAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The host's patience is at its end: so are the calls under way.
                pool.Terminate();
                await pool.JoinAsync().ConfigureAwait(false);
            }
        }
    }
}
