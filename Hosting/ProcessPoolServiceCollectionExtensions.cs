using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ProcessPool.Hosting;

/// <summary>Adds a pool of worker processes to an application's services.</summary>
public static class ProcessPoolServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="Pool"/> as a singleton. Its workers start with the host. When the host stops, running calls may finish
    /// within the host's shutdown timeout. Those still running after that are killed.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Returns the options to use, based on the default options. If null, the default options are
    /// used.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// Workers do not build a host. A task that needs a service must create it itself, or receive the needed values as arguments.
    /// </remarks>
    public static IServiceCollection AddProcessPool(this IServiceCollection services, Func<PoolOptions, PoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(_ => new Pool(configure?.Invoke(new PoolOptions()) ?? new PoolOptions()));
        services.AddHostedService<PoolLifetime>();
        return services;
    }

    /// <summary>Ties the lifetime of the pool to that of the host.</summary>
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
                // The shutdown timeout has expired, so end the running calls.
                pool.Terminate();
                await pool.JoinAsync().ConfigureAwait(false);
            }
        }
    }
}
