using Spectre.Console;
using Spectre.Console.Rendering;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>A bar on the terminal, with rate and time left.</summary>
internal sealed class BarProgress(ErrorConsole console) : IProgressView
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public Task<TResult> ShowAsync<TResult>(string title, int total, Func<Counter, Task<TResult>> run)
    {
        ProgressTask? bar = null;
        TimeSpan last = TimeSpan.Zero;
        var counter = new Counter(total, TimeProvider.System, counter =>
        {
            // The bar is locked and keeps what it was told: too much for each of a hundred thousand rows.
            if (counter.Done < total && counter.Elapsed - last < Pause)
                return;
            last = counter.Elapsed;
            bar!.Value = counter.Done;
        });
        return console.Terminal.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new PaceColumn(counter))
            .StartAsync(async context =>
            {
                bar = context.AddTask(Markup.Escape($"{title,-18}"), maxValue: total);
                TResult result = await run(counter);
                bar.Value = counter.Done;
                return result;
            });
    }

    /// <summary>Rate and time left; afterwards the time that it took.</summary>
    private sealed class PaceColumn(Counter counter) : ProgressColumn
    {
        private const int Width = 24;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.IsFinished ? FormattableString.Invariant($"in {task.ElapsedTime?.TotalSeconds:F1} s") : counter.Pace);

        public override int? GetColumnWidth(RenderOptions options) => Width;
    }
}
