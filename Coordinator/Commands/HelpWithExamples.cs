using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ProcessPool.Coordinator.Commands;

/// <summary>The usual help, followed by examples, exit codes and environment variables.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> More = new()
    {
        ["processpool"] = """
            Without a command, the three examples (images, read, fill) run one after the other, each compared with
            the plain loop. They use a fresh directory that is removed afterwards.

            Examples:
              processpool                                        all three, and a summary
              processpool images --workers 8 --out images        make 2000 images with 8 workers
              processpool read images --check                    read them, and compare with the plain loop
              processpool fill --rows 10000 --columns 2000       fill a shared matrix of 80 MB
              processpool doctor                                 check this machine

            Results go to standard output, progress and everything else to standard error.

            After Ctrl+C, running items finish, no more start, and the results so far are shown. A second Ctrl+C
            kills everything at once. SIGTERM and SIGHUP do the same.

            Exit codes:
              0    everything was done
              1    something failed: an item, or a comparison
              2    the arguments or the environment are wrong; nothing was started
              3    no worker could be started
              129  its terminal was closed (SIGHUP)
              130  interrupted (Ctrl+C)
              143  terminated (SIGTERM)

            Environment:
              PROCESSPOOL_WORKERS         worker processes if --workers is not given
              PROCESSPOOL_START_TIMEOUT   seconds that a worker may take to start (60)
              NO_COLOR                    if set, no colours
            """,
        ["images"] = """
            Examples:
              processpool images                                 2000 images of 100x100 in ./images
              processpool images --count 100 --size 1000 --seed 7 --out /tmp/noise
              processpool images --workers 4 --check             compare results and times with the plain loop
              processpool images --serial                        the plain loop alone

            Existing images are replaced. A file appears under its name only when it is complete.
            """,
        ["read"] = """
            Examples:
              processpool read images                            the PNG files of ./images
              processpool read . --pattern 'image_1?.png'        some of the files of this directory
              processpool read /usr/share/icons --recursive --workers 8
              processpool read images --json | jq .mean

            PNG files of all colour types and bit depths are read, interlaced or not. A file that cannot be read is
            reported and the others are read; the exit code is then 1.
            """,
        ["fill"] = """
            Examples:
              processpool fill                                   4000 rows and columns, 64 MB
              processpool fill --rows 100 --columns 100000 --workers 4
              processpool fill --check                           compare the cells with those of the plain loop
            """,
        ["doctor"] = """
            Shows versions, starts a worker and measures a round trip to it. Then checks whether the limits of this
            machine (open files, processes, processors, memory, pipes, shared memory) suffice for --workers workers.

            Examples:
              processpool doctor
              processpool doctor --workers 64
              processpool doctor --json

            Exit codes:
              0    this machine suffices for that many workers
              1    something is wrong
              3    no worker starts
            """,
    };

    /// <summary>True, so that help is shown even if required arguments are missing.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(More[parseResult.CommandResult.Command.Name]);
        return exitCode;
    }
}
