using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ProcessPool.Hosting.Tests;

public sealed class HostedPoolTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task A_pool_lives_as_long_as_its_host(CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddProcessPool(options => options with { Workers = 2 });
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);

        var pool = host.Services.GetRequiredService<Pool>();
        Assert.That(await pool.MapAsync(x => x * x, [1, 2, 3], cancellationToken: cancellationToken), Is.EqualTo([1, 4, 9]));
        var workers = pool.WorkerPids;
        Assert.That(workers, Has.Count.EqualTo(2));

        await host.StopAsync(cancellationToken);
        Assert.That(workers.Where(IsAlive), Is.Empty);
        Assert.That(() => pool.Map(x => x, [1], cancellationToken: cancellationToken), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_host_that_loses_patience_kills_what_still_runs(CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddProcessPool(options => options with { Workers = 1 });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        var pool = host.Services.GetRequiredService<Pool>();
        var call = pool.ApplyAsync(() => Thread.Sleep(Timeout.Infinite), cancellationToken: cancellationToken);

        await host.StopAsync(cancellationToken);
        Assert.That(async () => await call, Throws.InstanceOf<PoolTerminatedException>());
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
