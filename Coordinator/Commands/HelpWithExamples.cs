using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ProcessPool.Coordinator.Commands;

/// <summary>The usual help, and behind it what options alone do not tell.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> More = new()
    {
        ["processpool"] = """
            Without a command: the three examples (images, read, fill) in a fresh folder, which is removed
            afterwards, each compared with the plain loop.

            Examples:
              processpool                                        all three, and a summary
              processpool images --workers 8 --out images        2000 images by 8 workers
              processpool read images --check                    read them, and compare with the plain loop
              processpool fill --rows 10000 --columns 2000       a shared matrix of 80 MB
              processpool doctor                                 does it work here, and how far?

            Results go to standard output, progress and everything else to standard error.

            Ctrl+C lets finish what runs and tells what was done; once more kills at once. SIGTERM does the same.

            Exit codes:
              0    all was done
              1    something failed: an item, or a comparison
              2    the arguments or the environment are wrong; nothing was started
              3    no worker could be started
              130  interrupted (Ctrl+C); 143: terminated (SIGTERM)

            Environment:
              PROCESSPOOL_WORKERS         worker processes where --workers is not given
              PROCESSPOOL_START_TIMEOUT   seconds that a worker may take to start (60)
              NO_COLOR                    no colours
            """,
        ["images"] = """
            Examples:
              processpool images                                 2000 images of 100x100 in ./images
              processpool images --count 100 --size 1000 --seed 7 --out /tmp/noise
              processpool images --workers 4 --check             is it the same as the plain loop, and how much faster?
              processpool images --serial                        the plain loop alone

            An image that is there already is replaced. Files appear under their names when they are whole.
            """,
        ["read"] = """
            Examples:
              processpool read images                            the PNG files of ./images
              processpool read . --pattern 'image_1?.png'        some of them
              processpool read /usr/share/icons --recursive --workers 8
              processpool read images --json | jq .mean

            All colour types and bit depths, interlaced or not. A file that is no image is named, the others are
            read, and the exit code is 1.
            """,
        ["fill"] = """
            Examples:
              processpool fill                                   4000 rows and columns, 64 MB
              processpool fill --rows 100 --columns 100000 --workers 4
              processpool fill --check                           the same cells from the plain loop?
            """,
        ["doctor"] = """
            Tells the versions, starts a worker and sends it something, and judges the limits of this machine (open
            files, processes, processors, memory, pipes, shared memory) for as many workers as --workers says.

            Examples:
              processpool doctor
              processpool doctor --workers 64
              processpool doctor --json

            Exit codes: 0, fit for so many workers; 1, something is wrong; 3, no worker starts.
            """,
    };

    /// <summary>Who asks for help need not have given what is required.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(More[parseResult.CommandResult.Command.Name]);
        return exitCode;
    }
}
