using System.ComponentModel;
using System.IO.Pipes;
using CliWrap;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Workers;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// How the pool uses CliWrap: the streams, the end and the exit code of a process are available without the thread pool.
/// </summary>
[TimeLimit(120)]
internal sealed class Processes_with_pipes
{
    [TestCase("exit 0", 0)]
    [TestCase("exit 7", 7)]
    [TestCase("kill -KILL $$", 137)]
    [TestCase("kill -SEGV $$", 139)]
    [TestCase("kill -ABRT $$", 134)]
    public void Their_exit_code_or_signal_is_told(string script, int exitCode)
    {
        using var process = Shell(script);
        Assert.That(process.WaitForExit(Eventually.Bound), Is.EqualTo(exitCode));
    }

    [Test]
    public void Their_end_is_waited_for_no_longer_than_wanted()
    {
        using var process = Shell("exec sleep 100");
        Assert.That(process.WaitForExit(TimeSpan.FromMilliseconds(20)), Is.Null);
        process.Process.Kill();
        Assert.That(process.WaitForExit(Eventually.Bound), Is.EqualTo(137));
    }

    [Test]
    public void Their_arguments_arrive_as_they_are()
    {
        string[] arguments = ["", "a b", " ", "\"", "\\", "a\\\"b\\ ", "'$HOME'", "ä\n\t*"];
        using var process = new PipedProcess(Cli.Wrap("printf").WithArguments(["%s|", .. arguments]));
        Assert.That(new StreamReader(process.Output).ReadToEnd(), Is.EqualTo(string.Join('|', arguments) + "|"));
    }

    [Test]
    public void What_they_have_printed_can_be_read_after_their_end()
    {
        using var process = Shell("echo out; echo error >&2");
        Assert.That(process.WaitForExit(Eventually.Bound), Is.Zero);
        WaitUntilCliWrapHasSeenTheEnd(process);
        Assert.That(new StreamReader(process.Output).ReadToEnd(), Is.EqualTo("out\n"));
        Assert.That(new StreamReader(process.Error).ReadToEnd(), Is.EqualTo("error\n"));
    }

    [Test]
    public void The_descriptor_of_their_input_is_nobody_elses_before_it_is_closed()
    {
        using var process = Shell("exit 0");
        var descriptor = $"/proc/self/fd/{((PipeStream)process.Input).SafePipeHandle.DangerousGetHandle()}";
        var pipe = new FileInfo(descriptor).LinkTarget;
        WaitUntilCliWrapHasSeenTheEnd(process);
        Assert.That(new FileInfo(descriptor).LinkTarget, Is.EqualTo(pipe).And.StartsWith("pipe:"));
        process.Dispose();
        Assert.That(new FileInfo(descriptor).LinkTarget, Is.Not.EqualTo(pipe));
    }

    [Test]
    public void They_read_the_end_of_their_input_when_it_is_closed()
    {
        using var process = Shell("cat");
        process.Input.Write("to the end"u8);
        process.Input.Dispose();
        Assert.That(new StreamReader(process.Output).ReadToEnd(), Is.EqualTo("to the end"));
        Assert.That(process.WaitForExit(Eventually.Bound), Is.Zero);
    }

    [TestCase("/no/such/program", "/")]
    [TestCase("true", "/no/such/directory")]
    public void What_cannot_be_started_throws_with_the_systems_reason(string program, string directory)
    {
        var error = Assert.Throws<Win32Exception>(() => new PipedProcess(Cli.Wrap(program).WithWorkingDirectory(directory)));
        Assert.That(error!.GetBaseException().Message, Does.Contain("No such file or directory").And.Contains("/no/such/"));
    }

    [Test]
    public void A_hundred_pools_leave_no_zombie_and_no_exception_that_nobody_saw()
    {
        List<Exception> unobserved = [];
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
        {
            lock (unobserved) unobserved.Add(e.Exception);
        };
        Collect();
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            for (var round = 0; round < 100; round++)
            {
                using var pool = new Pool(2);
                if (round % 4 == 0) continue;
                pool.Map(static item => item + 1, [1, 2]);
                if (round % 4 == 1) pool.Terminate();
                if (round % 4 == 2) Processes.Signal(pool.WorkerPids[0], Processes.SigKill);
            }

            Assert.That(Processes.Children(), Is.Empty);
            Assert.That(Processes.Zombies(), Is.Empty);
            Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.That(unobserved, Is.Empty);
    }

    private static PipedProcess Shell(string script) => new(Cli.Wrap("sh").WithArguments(["-c", script]));

    /// <summary>CliWrap closes the stream that it takes for the input when it has seen the process exit.</summary>
    private static void WaitUntilCliWrapHasSeenTheEnd(PipedProcess process) =>
        Assert.That(Eventually.True(() => !((PipeStream)process.Process.StandardInput.BaseStream).IsConnected), Is.True);

    /// <summary>Collects twice, because objects that a finalizer releases have finalizers, too.</summary>
    private static void Collect()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
