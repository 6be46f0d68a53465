/// Makes images of noise in worker processes, reads them back, and says how bright they are:
///   dotnet run --project samples/fsharp -c Release -- [count] [size]
module Images

open System
open System.IO
open System.Text
open ProcessPool

type Problem =
    | NotAnImage
    | CutOff of missing: int

type Image = { Width: int; Height: int; Pixels: byte[] }

/// Writes an image in the format PGM.
let write (directory: string) size seed =
    let pixels = Array.zeroCreate<byte> (size * size)
    Random(seed: int).NextBytes pixels
    let path = Path.Combine(directory, $"image_{seed}.pgm")
    use file = File.Create path
    file.Write(Encoding.ASCII.GetBytes $"P5 {size} {size} 255\n")
    file.Write pixels
    path

/// Reads one, or says what is wrong with it.
let read (path: string) =
    let bytes = File.ReadAllBytes path
    let ending = Array.IndexOf(bytes, byte '\n')

    match Encoding.ASCII.GetString(bytes, 0, max ending 0).Split ' ' with
    | [| "P5"; width; height; "255" |] ->
        let width, height = int width, int height
        let missing = width * height - (bytes.Length - ending - 1)

        if missing > 0 then
            Error(CutOff missing)
        else
            Ok { Width = width; Height = height; Pixels = bytes[ending + 1 ..] }
    | _ -> Error NotAnImage

let brightness image = image.Pixels |> Array.averageBy float

[<EntryPoint>]
let main arguments =
    let count = if arguments.Length > 0 then int arguments[0] else 200
    let size = if arguments.Length > 1 then int arguments[1] else 100
    let directory = Directory.CreateTempSubdirectory("images-").FullName

    try
        use pool = new Pool()

        // The loop would be: [ for seed in 1..count -> write directory size seed ]
        let paths = pool.Map((fun seed -> write directory size seed), [ 1..count ])
        File.WriteAllText(paths[0], "no image")
        File.WriteAllBytes(paths[1], File.ReadAllBytes paths[1] |> Array.take 100)

        let results = pool.Map((fun path -> read path |> Result.map brightness), paths)

        for path, result in Seq.zip paths results do
            match result with
            | Ok _ -> ()
            | Error problem -> printfn "%s: %A" (Path.GetFileName path) problem

        let bright = results |> Array.choose Result.toOption
        printfn "%d images of %dx%d, brightness %.2f" bright.Length size size (Array.average bright)
        0
    finally
        Directory.Delete(directory, recursive = true)
