module FSharpApp.Settings

let factors = [| 10; 20; 30 |]
