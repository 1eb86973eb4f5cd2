async fn passed(&self) -> Result<Cart, Error> {
    let a = one().await?;
    let b = two().await.map_err(Error::from)?;
    let c = three().context("why")?;
    let d = four();
    let e = d.await?;
    if x {
        return five().await;
    }
    match six() {
        Ok(v) => Ok(v),
        Err(e) => Err(e.into()),
    }
}

fn tail(&self) -> io::Result<()> {
    self.store.seven(1).await
}

fn fatal() {
    one().unwrap();
    two().await.expect("why");
    let x = three();
    x.unwrap();
    let y = match four() {
        Ok(y) => y,
        Err(e) => panic!("{e}"),
    };
    five().unwrap_or_else(|e| {
        error!("{e}");
        std::process::exit(1)
    });
    let Ok(z) = six() else {
        return HttpResponse::InternalServerError().finish();
    };
    assert!(seven().is_ok());
}

fn replaced() -> Vec<Ad> {
    let a = one().await.unwrap_or_default();
    let b = two().unwrap_or_else(|_| Vec::new());
    let c = three().ok();
    let d = match four().await {
        Ok(d) => d,
        Err(e) => {
            warn!("no ads: {e}");
            Vec::new()
        }
    };
    let e = if let Ok(e) = five() { e } else { Vec::new() };
    let Ok(f) = six() else { return Vec::new() };
    let g = seven().or_else(|_| from_cache());
    d
}

fn ignored() {
    let _ = one().await;
    two().ok();
    if let Err(e) = three().await {
        warn!("{e}");
    }
    match four() {
        Ok(_) => {}
        Err(e) => tracing::error!(?e, "lost"),
    }
    if let Ok(x) = five() {
        use_it(x);
    }
    for x in xs {
        let Some(y) = six(x) else { continue };
    }
}

fn detached() {
    tokio::spawn(async move {
        one().await.unwrap();
        two().await?;
        Ok(())
    });
    std::thread::spawn(move || three().unwrap());
    let _handle = tokio::spawn(four());
}

async fn waited() -> Result<()> {
    let handle = tokio::spawn(async move { one().await });
    handle.await??;
    let (a, b) = tokio::try_join!(two(), three())?;
    tokio::time::timeout(SECOND, four()).await??;
    tokio::select! {
        Err(e) = five() => return Err(e),
        _ = six() => {}
    }
    xs.iter().map(|x| seven(x)).collect::<Result<_>>()
}

fn open() {
    one();
    let client = two();
    use_it(three());
    app.route("/", move |req| four(req)?);
    if check(five()) {}
}

fn retries() -> Result<Cart> {
    loop {
        match one() {
            Ok(x) => return Ok(x),
            Err(e) if e.is_retryable() => continue,
            Err(e) => return Err(e),
        }
    }
}
