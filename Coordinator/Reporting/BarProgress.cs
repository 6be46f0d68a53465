using Spectre.Console;
using Spectre.Console.Rendering;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>Shows a bar on the terminal, with rate and remaining time.</summary>
internal sealed class BarProgress(ErrorConsole console) : IProgressView
{
    private const int TitleWidth = 18;
    private const int PaceWidth = 24;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public Task<TResult> ShowAsync<TResult>(string title, int total, Func<Counter, Task<TResult>> run)
    {
        ProgressTask? bar = null;
        TimeSpan last = TimeSpan.Zero;
        var counter = new Counter(total, TimeProvider.System, counter =>
        {
            // An update takes the bar's lock and stores a sample, which is too much for each of a hundred thousand rows.
            if (counter.Done < total && counter.Elapsed - last < Pause)
                return;
            last = counter.Elapsed;
            bar!.Value = counter.Done;
        });
        return console.Terminal.Progress()
            .Columns(
                new TextColumn(TitleWidth, _ => title),
                new ProgressBarColumn { Width = 24 },
                new PercentageColumn(),
                new TextColumn(PaceWidth, task => PaceOf(counter, task)))
            .StartAsync(async context =>
            {
                bar = context.AddTask(Markup.Escape(title), maxValue: total);
                TResult result = await run(counter);
                counter.Stop();
                bar.Value = counter.Done;
                bar.StopTask();
                return result;
            });
    }

    /// <summary>Rate and remaining time; after the run, the time that it took.</summary>
    private static string PaceOf(Counter counter, ProgressTask bar) =>
        bar.IsFinished ? FormattableString.Invariant($"in {bar.ElapsedTime?.TotalSeconds:F1} s") : counter.Pace;

    /// <summary>Text in a column of fixed width, so that bars are aligned.</summary>
    private sealed class TextColumn(int width, Func<ProgressTask, string> text) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(text(task));

        public override int? GetColumnWidth(RenderOptions options) => width;
    }
}
