namespace ProcessPool.FSharp.Tests

open System
open System.IO
open CliWrap
open CliWrap.Buffered
open NUnit.Framework

[<TestFixture>]
type Programs_without_an_entry_point() =
    let lines =
        lazy
            (let app = Path.Combine(AppContext.BaseDirectory, "FSharpApp.dll")
             let result = Cli.Wrap("dotnet").WithArguments([ "exec"; app ]).ExecuteBufferedAsync().Task.Result

             Map
                 [ for line in result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries) do
                       let colon = line.IndexOf ':'
                       line[.. colon - 1], line[colon + 2 ..] ])

    [<TestCase("nothing", "[|2; 4|]")>]
    [<TestCase("another file", "[|20; 30|]")>]
    [<TestCase("in a variable", "[|6; 7|]")>]
    member _.Run_functions_that_read_no_top_level_value_of_the_last_file(name: string, expected: string) =
        Assert.That(lines.Value[name], Is.EqualTo expected)

    [<TestCase "directly">]
    [<TestCase "through a function">]
    [<TestCase "through a closure">]
    [<TestCase "in a task">]
    [<TestCase "in a sequence">]
    [<TestCase "in a function value">]
    member _.Refuse_functions_that_would_find_nothing_in_the_worker(name: string) =
        Assert.That(lines.Value[name], Does.StartWith("FunctionException: ").And.Contain("'offset'").And.Contain "[<EntryPoint>]")
